/** What one layer keeps, and the picked kernel in numbers. */
import { colourAt, PALETTES } from "../../../src/view3d/palette.ts";
import type { Inspection, NetworkDescription } from "../../../src/worker/network_types.ts";
import { theme } from "../../state/theme.ts";
import { frames, inspections } from "./client.ts";
import { colour, layer, selected } from "./stage.ts";
import { deadWords, keptWords, shortWeight, sizeWords, stepWords, unitWords, weightWords } from "./words.ts";

interface InspectorProps {
  readonly lane: string;
  readonly title: string;
  readonly surface: string;
  readonly network: NetworkDescription;
}

/** The panel of one lane. */
export function Inspector({ lane, title, surface, network }: InspectorProps) {
  const index = layer.value, plane = network.shape.planes[index], counts = network.layers[index];
  const picked = selected.value, found = inspections.value[lane];
  const current = picked && found && found.layer === picked.layer && found.output === picked.output &&
      found.input === picked.input
    ? found
    : undefined;
  const info = frames.value[surface];
  return (
    <section class="panel network-inspector" aria-label={`Layer of ${title}`}>
      <h2>
        {plane.name} <span class="secondary">{sizeWords(plane)}</span>
      </h2>
      <p>{keptWords(counts)}</p>
      <p>{deadWords(counts)}</p>
      {counts.nnz === 0 && <p class="network-empty">empty: nothing passes this layer</p>}
      {picked
        ? (
          <>
            <p>
              {current ? unitWords(picked.output, current.unitIn, current.unitOut) : `unit ${picked.output}`}
            </p>
            <h3>
              kernel {picked.output} ← {picked.input}
            </h3>
            {current
              ? <Kernel inspection={current} width={plane.kernelWidth} />
              : <p class="secondary">Reading {plane.kernelHeight * plane.kernelWidth} weights</p>}
          </>
        )
        : <p class="secondary">Pick a kernel, or press Enter on the picture.</p>}
      <Legend limits={info?.limits} step={info?.step ?? network.step} since={network.since} />
    </section>
  );
}

/** The taps: colour and number; what is pruned is empty ground. */
function Kernel({ inspection, width }: { readonly inspection: Inspection; readonly width: number }) {
  const { values, kept, rms } = inspection, palette = PALETTES[theme.value];
  // in numbers while the panel stays no higher than the picture beside it
  const numbers = width <= 5;
  return (
    <div
      class="network-kernel"
      role="img"
      aria-label={`Taps, row by row: ${
        [...values].map((value, tap) => kept[tap] ? weightWords(value) : "pruned").join(", ")
      }`}
      style={{ gridTemplateColumns: `repeat(${width}, minmax(0, ${numbers ? 44 : 28}px))` }}
    >
      {[...values].map((value, tap) => {
        if (!kept[tap]) return <span key={tap} class="pruned">{numbers ? "·" : ""}</span>;
        if (rms === undefined) {
          return <span key={tap} class="plain" title={weightWords(value)}>{numbers ? shortWeight(value) : ""}</span>;
        }
        const [r, g, b] = colourAt(palette.diverging, value / (3 * rms), true);
        const light = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.42;
        return (
          <span
            key={tap}
            class={value === 0 ? "zero" : ""}
            data-ink={light ? "dark" : "light"}
            style={{ background: `rgb(${[r, g, b].map((c) => Math.round(255 * c)).join(" ")})` }}
            title={weightWords(value)}
          >
            {numbers ? shortWeight(value) : ""}
          </span>
        );
      })}
    </div>
  );
}

interface LegendProps {
  readonly limits: Float32Array | undefined;
  readonly step: number;
  readonly since: number;
}

/** What the colours mean, with their limits as they are. */
function Legend({ limits, step, since }: LegendProps) {
  const palette = PALETTES[theme.value], by = colour.value, signed = by === "weight";
  const stops = signed ? palette.diverging : palette.sequential;
  const [, , single, mean] = limits?.subarray(4 * layer.value, 4 * layer.value + 4) ?? [];
  const ends = by === "survival"
    ? ["0", "1"]
    : !limits
    ? ["\u00a0"]
    : signed
    ? [weightWords(-mean), "0", `+${weightWords(mean)}`]
    : ["0", weightWords(mean)];
  return (
    <div class="network-legend">
      <span class="network-scale" style={{ background: `linear-gradient(90deg, ${stops.join(", ")})` }} />
      <p class="network-ends">{ends.map((end) => <span key={end}>{end}</span>)}</p>
      <p class="field-note">
        {by === "survival"
          ? `Share of a kernel's kept weights that have stayed since ${stepWords(since)}, when this view first looked.`
          : `Kernels end at 3 × the rms of this layer's kernel means${
            limits ? `, taps at ${signed ? "±" : ""}${weightWords(single)}, 3 × the rms of its kept ${by}s` : ""
          }.`} At {stepWords(step)}.
      </p>
      <p class="network-keys field-note">
        <span class="whole">
          <span class="swatch pruned" /> pruned
        </span>
        {signed && (
          <span class="whole">
            <span class="swatch zero" /> kept, near 0
          </span>
        )}
        <span class="whole">
          <span class="swatch dead" /> dead unit
        </span>
      </p>
    </div>
  );
}
