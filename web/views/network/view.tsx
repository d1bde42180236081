/** The view Network: what is kept. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Progress } from "../../parts/progress.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { device, openDevice } from "../../state/lab.ts";
import { lanes } from "../../state/lanes.ts";
import { hrefOf } from "../../state/route.ts";
import { tried } from "../../state/tried.ts";
import { showActivations } from "./activations.ts";
import { NetworkCanvas } from "./canvas.tsx";
import { describe, frames, inspect, narrow, networks, problem } from "./client.ts";
import { Inspector } from "./inspector.tsx";
import { followNetworkLinks, ignored } from "./link.ts";
import { LayerTable } from "./layer_table.tsx";
import "./network.css";
import { type NetworkRun, runOf } from "./network_run.ts";
import { Rail } from "./rail.tsx";
import { RecordedMasks } from "./recorded.tsx";
import * as stage from "./stage.ts";
import { Toolbar } from "./toolbar.tsx";
import { Unmet } from "./unmet.tsx";
import { keptWords, sizeWords } from "./words.ts";

const QUESTION = "What is kept?";

/** Widths of the view at which it changes, in CSS pixels of its container. */
const NARROW = 600, TWO_CANVASES = 1440;

/** The view of the page's own runs; where nothing can be drawn, of the recording's masks. */
export function NetworkView() {
  const [recorded, setRecorded] = useState(false);
  useEffect(followNetworkLinks, []);
  const runs = lanes.value.filter(({ recorded }) => !recorded).map(runOf);
  if (device.value.kind === "none" || (recorded && runs.length === 0)) {
    return (
      <div class="network-view">
        <Head />
        <div class="network">
          <RecordedMasks />
        </div>
      </div>
    );
  }
  return (
    <div class="network-view">
      <Head />
      <NetworkPanel runs={runs} onRecording={() => setRecorded(true)} />
    </div>
  );
}

function Head() {
  return (
    <ViewHead title={QUESTION}>
      {ignored.value.map((sentence) => <p key={sentence} class="field-problem">{sentence}</p>)}
    </ViewHead>
  );
}

interface NetworkPanelProps {
  readonly runs: readonly NetworkRun[];
  /** Looks at the recording instead, where there is nothing else. */
  readonly onRecording?: () => void;
}

/** The view of some runs. */
export function NetworkPanel({ runs, onRecording }: NetworkPanelProps) {
  const root = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width));
    sizes.observe(root.current!);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    narrow.value = width > 0 && width < NARROW;
  }, [width]);
  const first = runs.find(({ rule }) => rule !== "dense") ?? runs[0];
  const run = runs.find(({ id }) => id === stage.run.value) ?? first;
  const twin = width >= TWO_CANVASES ? runs.find(({ id, rule }) => rule === "dense" && id !== run?.id) : undefined;
  return (
    <div class="network" ref={root}>
      <Unmet runs={runs} shown={run} />
      {run === undefined
        ? (
          <StateMessage
            heading="No network yet"
            body="Train one, or open a run."
            actions={[
              { label: "Train both", href: hrefOf("train"), primary: true },
              { label: "Open a run", href: hrefOf("results") },
              ...(onRecording ? [{ label: "Look at the recording", onAct: onRecording }] : []),
            ]}
          />
        )
        : width > 0 && (
          <Networks
            runs={runs}
            shown={twin ? [twin, run] : [run]}
            narrow={width < NARROW}
            onRun={(id) => (stage.run.value = id === first.id ? undefined : id)}
          />
        )}
    </div>
  );
}

interface NetworksProps {
  readonly runs: readonly NetworkRun[];
  /** One, or the dense one and another side by side. */
  readonly shown: readonly NetworkRun[];
  readonly narrow: boolean;
  readonly onRun: (id: string) => void;
}

function Networks({ runs, shown, narrow, onRun }: NetworksProps) {
  // the worker draws on it in any case: then the head may say which it is
  useEffect(() => void openDevice(), []);
  useDescriptions(shown);
  useInspections(shown);
  useNarrow(narrow);
  useActivations(shown[shown.length - 1].data);
  const last = shown[shown.length - 1];
  const main = networks.value[last.id];
  useEffect(() => {
    if (main) stage.look(main.shape);
  }, [main?.shape]);
  if (main === undefined || (main && !stage.shape.value)) {
    return <Progress late label="Opening the network" done={0} text={`Opening the network of ${last.title}`} />;
  }
  if (main === null && problem.value !== undefined) {
    return (
      <StateMessage
        tone="bad"
        heading="The network cannot be drawn"
        body={problem.value}
        actions={[{ label: "Look again", onAct: () => void describe(last.id) }]}
      />
    );
  }
  if (main === null) {
    return (
      <StateMessage
        heading="No network yet"
        body={`${last.title} has no network yet: it is being prepared, or has not been saved.`}
        actions={[{ label: "Look again", onAct: () => void describe(last.id) }]}
      />
    );
  }
  const ready = shown.flatMap((run) => {
    const network = networks.value[run.id];
    return network && network.shape.planes.length === main.shape.planes.length ? [{ run, network }] : [];
  });
  const read = () => ready.forEach(({ run }) => void inspect(run.id));
  return (
    <div class="network-layout" data-canvases={ready.length}>
      <Toolbar narrow={narrow} runs={runs} run={last.id} onRun={onRun} network={main} />
      {narrow && (
        <LayerStepper
          name={main.shape.planes[stage.layer.value].name}
          size={sizeWords(main.shape.planes[stage.layer.value])}
          kept={keptWords(main.layers[stage.layer.value])}
        />
      )}
      <div class="network-canvases">
        {ready.map(({ run, network }, i) => (
          <NetworkCanvas
            key={i === ready.length - 1 ? "run" : "twin"}
            surface={i === ready.length - 1 ? "run" : "twin"}
            lane={run.id}
            title={run.title}
            network={network}
            leads={i === ready.length - 1}
            onInspect={read}
          />
        ))}
      </div>
      <div class="network-inspectors">
        {ready.map(({ run, network }, i) => (
          <Inspector
            key={run.id}
            lane={run.id}
            title={run.title}
            surface={i === ready.length - 1 ? "run" : "twin"}
            network={network}
          />
        ))}
      </div>
      <Rail network={main} layer={stage.layer.value} onLayer={stage.goTo} />
      <div class="network-tables">
        {ready.map(({ run, network }) => <LayerTable key={run.id} title={run.title} network={network} />)}
      </div>
    </div>
  );
}

/** On a narrow page a layer at a time, flat: what "layer ◂ conv3 64×32 ▸" is there for. */
function LayerStepper({ name, size, kept }: { readonly name: string; readonly size: string; readonly kept: string }) {
  return (
    <div class="network-stepper" role="group" aria-label="Layer">
      <button type="button" class="button icon" aria-label="Layer before" onClick={() => stage.stepLayer(-1)}>◂</button>
      <p>
        <strong>{name}</strong> {size}
        <span class="secondary">{kept}</span>
      </p>
      <button type="button" class="button icon" aria-label="Next layer" onClick={() => stage.stepLayer(1)}>▸</button>
    </div>
  );
}

/** A narrow page is flat, unless somebody wants it otherwise, and close to one layer. */
function useNarrow(narrow: boolean): void {
  useEffect(() => {
    stage.setClose(narrow);
  }, [narrow]);
}

/** Shows what channels hold for an image of the run's data, where somebody wants to see it. */
function useActivations(data: string | undefined): void {
  const wanted = stage.activations.value ? data : undefined;
  useEffect(() => void showActivations(wanted), [wanted, tried.value]);
}

/** Asks for the networks, and again when steps go by: masks may change, and counts with them. */
function useDescriptions(shown: readonly NetworkRun[]): void {
  const ids = shown.map(({ id }) => id).join();
  useEffect(() => {
    const ask = () => ids.split(",").forEach((id) => void describe(id));
    ask();
    const timer = setInterval(() => {
      const due = ids.split(",").some((id) => {
        const known = networks.peek()[id], info = Object.values(frames.peek()).find(({ lane }) => lane === id);
        return !known || (info && info.step !== known.step);
      });
      if (due && !document.hidden) ask();
    }, 2000);
    return () => clearInterval(timer);
  }, [ids]);
}

/** Keeps the picked kernel's numbers at the picture's, once a second. */
function useInspections(shown: readonly NetworkRun[]): void {
  const ids = shown.map(({ id }) => id).join(), picked = stage.selected.value;
  useEffect(() => {
    if (!picked) return;
    const read = () => ids.split(",").forEach((id) => void inspect(id));
    read();
    const timer = setInterval(() => document.hidden || read(), 1000);
    return () => clearInterval(timer);
  }, [ids, picked]);
}
