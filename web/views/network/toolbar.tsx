/** The Network view's controls. Everything that dragging does, a button does too. */
import { Icon } from "../../parts/icons.tsx";
import { ListBox } from "../../parts/list_box.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { formatInteger } from "../../../src/experiment/results_numbers.ts";
import type { NetworkRun } from "./network_run.ts";
import { MOST_PICTURES } from "../../../src/view3d/shape.ts";
import { RuleGlyph } from "../../parts/marks.tsx";
import { activations, chooseMode, colour, edges, mode, orbit, reset, zoom } from "./stage.ts";

interface ToolbarProps {
  /** Leaves out what the flat picture has no use for. */
  readonly narrow: boolean;
  readonly runs: readonly NetworkRun[];
  readonly run: string;
  readonly onRun: (id: string) => void;
  readonly network: NetworkDescription;
}

const TURN = Math.PI / 12;

/** How it is seen, what colour means, and which run. */
export function Toolbar({ narrow, runs, run, onRun, network }: ToolbarProps) {
  const { unavailable } = network, flat = mode.value === "flat", short = narrow && flat;
  return (
    <div class="network-tools" role="group" aria-label="Picture">
      <Segmented
        label="Layout"
        bare
        options={[{ value: "depth", label: "3-D" }, { value: "flat", label: "Flat" }]}
        value={mode.value}
        onChange={chooseMode}
      />
      <ListBox
        label="Colour"
        options={[
          { value: "weight", label: "weight", meaning: "Mean of each kernel's kept weights, with its sign." },
          {
            value: "gradient",
            label: "gradient",
            meaning: "Mean size of the loss's gradient at kept weights, in the last step.",
            unavailable: unavailable.gradient,
          },
          {
            value: "survival",
            label: "survival",
            meaning: `Share of kept weights that have stayed since step ${
              formatInteger(network.since)
            }, when this view first looked.`,
            unavailable: unavailable.survival,
          },
        ]}
        value={colour.value}
        onChange={(next) => (colour.value = next)}
      />
      <ListBox
        label="Run"
        options={runs.map(({ id, title, rule }) => ({ value: id, label: title, glyph: <RuleGlyph rule={rule} /> }))}
        value={run}
        onChange={onRun}
      />
      {!short && (
        <ListBox
          label="Edges"
          disabled={flat}
          options={[
            { value: "unit", label: "picked unit", meaning: "Every kept kernel that it reads or that reads it." },
            { value: "magnitude", label: "largest", meaning: "Of the whole network the largest weights." },
            { value: "random", label: "random", meaning: "Of the whole network a fixed random draw." },
          ]}
          value={edges.value}
          onChange={(next) => (edges.value = next)}
        />
      )}
      {!short && (
        <button
          type="button"
          class="button network-toggle"
          aria-pressed={activations.value}
          disabled={flat || runs.every(({ id, data }) => id !== run || data === undefined)}
          title={`What channels hold for an image, in layers of up to ${MOST_PICTURES} channels; in 3-D.`}
          onClick={() => (activations.value = !activations.value)}
        >
          Activations
        </button>
      )}
      <div class="network-moves" role="group" aria-label="Camera">
        {!short && (
          <>
            <button
              type="button"
              class="button icon"
              aria-label="Turn left"
              disabled={flat}
              onClick={() => orbit(-TURN, 0)}
            >
              ⟲
            </button>
            <button
              type="button"
              class="button icon"
              aria-label="Turn right"
              disabled={flat}
              onClick={() => orbit(TURN, 0)}
            >
              ⟳
            </button>
          </>
        )}{" "}
        <button type="button" class="button icon" aria-label="Zoom in" onClick={() => zoom(0.35)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="button icon" aria-label="Zoom out" onClick={() => zoom(-0.35)}>
          <span aria-hidden="true">−</span>
        </button>
        <button type="button" class="button" onClick={() => reset()}>Reset</button>
      </div>
    </div>
  );
}
