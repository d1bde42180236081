/** A view that fails takes nothing else with it. */
import { Component, type ComponentChildren } from "preact";
import { StateMessage } from "../parts/state_message.tsx";

interface GuardProps {
  /** What is shown; another one begins anew. */
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

interface GuardState {
  readonly error?: Error;
  readonly name?: string;
}

/** Shows what failed in the place of the view, with what can be done. */
export class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = {};

  static override getDerivedStateFromProps(props: GuardProps, state: GuardState): GuardState | null {
    return state.name === props.name ? null : { name: props.name, error: undefined };
  }

  override componentDidCatch(error: unknown): void {
    this.setState({ error: error instanceof Error ? error : new Error(String(error)) });
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    // What browsers say where a part of the page is gone, since a newer version was put in its place.
    const missing = /dynamically imported module|module script|Load failed/i.test(error.message);
    const reload = { label: "Reload", onAct: () => location.reload(), primary: missing };
    const again = { label: "Try again", onAct: () => this.setState({ error: undefined }), primary: true };
    const details = {
      label: "Copy details",
      onAct: () => void navigator.clipboard.writeText(error.stack ?? error.message),
    };
    return missing
      ? (
        <StateMessage
          tone="bad"
          level={1}
          heading={`${this.props.title} could not be loaded`}
          body="A part of the page is missing: there is no network, or a newer version has taken its place. Runs are safe."
          actions={[reload]}
        />
      )
      : (
        <StateMessage
          tone="bad"
          level={1}
          heading={`${this.props.title} stopped`}
          body={`${error.message} Runs go on.`}
          actions={[again, details]}
        />
      );
  }
}
