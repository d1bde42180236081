/** What a view says when there is nothing to show, something went wrong, or something must be decided. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons.tsx";

/** Something to do about it: a button, or a link where it has an address. */
export interface StateAction {
  readonly label: string;
  readonly onAct?: () => void;
  readonly href?: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
}

interface StateMessageProps {
  readonly heading: string;
  readonly body?: ComponentChildren;
  readonly actions?: readonly StateAction[];
  /** "plain" for what is merely empty. */
  readonly tone?: "plain" | "warn" | "bad";
  readonly icon?: IconName;
  /** Level of the heading; 2 where the view has its own first heading. */
  readonly level?: 1 | 2 | 3;
  /** Inside a lane or a panel. */
  readonly small?: boolean;
}

/** Heading · body · actions. Errors (`tone` "bad") are an alert. */
export function StateMessage(props: StateMessageProps) {
  const { heading, body, actions = [], tone = "plain", level = 2, small = false } = props;
  const Heading = `h${level}` as const;
  const icon = props.icon ?? (tone === "plain" ? undefined : "warn");
  return (
    <div class={`state ${tone}${small ? " small" : ""}`} role={tone === "bad" ? "alert" : undefined}>
      <Heading class="with-mark">
        {icon && <Icon name={icon} />}
        {heading}
      </Heading>
      {body !== undefined && <p>{body}</p>}
      {actions.length > 0 && (
        <div class="actions">{actions.map((action) => <Act key={action.label} {...action} />)}</div>
      )}
    </div>
  );
}

function Act({ label, onAct, href, primary, disabled }: StateAction) {
  const look = primary ? "button primary" : "button";
  if (href !== undefined) return <a class={look} href={href} onClick={onAct}>{label}</a>;
  return <button type="button" class={look} disabled={disabled} onClick={onAct}>{label}</button>;
}
