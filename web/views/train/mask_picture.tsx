/** The mask of a layer as a picture: kept weights in the rule's colour, pruned ones not drawn. */
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import type { LayerMask } from "../../state/lanes.ts";
import { theme } from "../../state/theme.ts";
import { tokenColour } from "./curve_chart.tsx";

/** Kernels of a picture to a side, and weights where there are none: what is seen at a glance. */
const MOST_KERNELS = 12, MOST_WEIGHTS = 48;

/** Which weights a picture shows, and where. */
export interface MaskGrid {
  readonly width: number;
  readonly height: number;
  /** Outputs and inputs that are shown, from the first. */
  readonly outputs: number;
  readonly inputs: number;
  /** Row-major index of each weight that is shown, with its place. */
  readonly cells: readonly { readonly index: number; readonly x: number; readonly y: number }[];
}

/** The first corner of a layer: a row an output, a column an input, kernels with a line between them. */
export function maskGrid(shape: readonly number[]): MaskGrid {
  const [allOutputs, allInputs, rows = 1, columns = 1] = shape, taps = rows * columns;
  const most = taps === 1 ? MOST_WEIGHTS : MOST_KERNELS, gap = taps === 1 ? 0 : 1;
  const outputs = Math.min(most, allOutputs), inputs = Math.min(most, allInputs);
  const cells = [];
  for (let out = 0; out < outputs; out++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) {
        const index = (out * allInputs + input) * taps + tap;
        const x = input * (columns + gap) + tap % columns, y = out * (rows + gap) + Math.floor(tap / columns);
        cells.push({ index, x, y });
      }
    }
  }
  return { width: inputs * (columns + gap) - gap, height: outputs * (rows + gap) - gap, outputs, inputs, cells };
}

/** The picture with its words. */
export function MaskPicture({ mask, colour }: { readonly mask: LayerMask; readonly colour: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = mask.shape.reduce((a, b) => a * b), layer = mask.layer.replace(/\.weight$/, "");
  const words = `${layer}: ${formatCount(mask.kept)} of ${formatCount(size)} kept`;
  const { outputs, inputs } = maskGrid(mask.shape), corner = `first ${inputs} inputs of the first ${outputs} outputs`;
  useEffect(() => paint(canvas.current!, mask, tokenColour(colour)), [mask, colour, theme.value]);
  return (
    <figure class="mask-picture">
      <canvas
        ref={canvas}
        role="img"
        title={`${layer}, ${corner}`}
        aria-label={`${words}, density ${formatDensity(mask.kept / size)}; ${corner}`}
      />
      <figcaption class="faint">{words}</figcaption>
    </figure>
  );
}

function paint(canvas: HTMLCanvasElement, { shape, bits }: LayerMask, colour: string): void {
  const { width, height, cells } = maskGrid(shape);
  // whole pixels a weight, so that all of them are of one size
  const side = Math.max(1, Math.floor(240 / Math.max(width, height)));
  [canvas.width, canvas.height] = [width * side, height * side];
  const context = canvas.getContext("2d")!, ground = tokenColour("--sunken");
  for (const { index, x, y } of cells) {
    const isKept = (bits[index >>> 5] >>> (index & 31) & 1) === 1;
    context.fillStyle = isKept ? colour : ground;
    context.fillRect(x * side, y * side, side, side);
  }
}
