/** The mask of a layer as a picture: kept weights in the rule's colour, pruned ones not drawn. */
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import type { LayerMask } from "../../state/lanes.ts";
import { theme } from "../../state/theme.ts";
import { tokenColour } from "./curve_chart.tsx";

/** Where a layer's weights lie in its picture. */
export interface MaskGrid {
  readonly width: number;
  readonly height: number;
  /** Place of the row-major weight. */
  readonly at: (index: number) => readonly [number, number];
}

/**
 * Kernels side by side with a line between them: of one input a near-square of kernels, else a row an output. Layers
 * without kernels are a plain matrix.
 */
export function maskGrid(shape: readonly number[]): MaskGrid {
  const [outputs, inputs, rows = 1, columns = 1] = shape, taps = rows * columns;
  if (taps === 1) {
    return { width: inputs, height: outputs, at: (i) => [i % inputs, Math.floor(i / inputs)] };
  }
  const across = inputs === 1 ? Math.ceil(Math.sqrt(outputs)) : inputs;
  const down = Math.ceil(outputs * inputs / across);
  return {
    width: across * (columns + 1) - 1,
    height: down * (rows + 1) - 1,
    at: (i) => {
      const kernel = Math.floor(i / taps), tap = i % taps;
      const x = kernel % across * (columns + 1) + tap % columns;
      const y = Math.floor(kernel / across) * (rows + 1) + Math.floor(tap / columns);
      return [x, y];
    },
  };
}

/** The picture with its words. */
export function MaskPicture({ mask, colour }: { readonly mask: LayerMask; readonly colour: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = mask.shape.reduce((a, b) => a * b), layer = mask.layer.replace(/\.weight$/, "");
  const words = `${layer}: ${formatCount(mask.kept)} of ${formatCount(size)} kept`;
  useEffect(() => paint(canvas.current!, mask, tokenColour(colour)), [mask, colour, theme.value]);
  return (
    <figure class="mask-picture">
      <canvas ref={canvas} role="img" aria-label={`${words}, density ${formatDensity(mask.kept / size)}`} />
      <figcaption class="faint">{words}</figcaption>
    </figure>
  );
}

function paint(canvas: HTMLCanvasElement, { shape, bits }: LayerMask, colour: string): void {
  const { width, height, at } = maskGrid(shape), size = shape.reduce((a, b) => a * b);
  // whole pixels a weight, so that all of them are of one size
  const cell = Math.max(1, Math.floor(224 / Math.max(width, height)));
  [canvas.width, canvas.height] = [width * cell, height * cell];
  const context = canvas.getContext("2d")!, ground = tokenColour("--sunken");
  for (let i = 0; i < size; i++) {
    const [x, y] = at(i), kept = (bits[i >>> 5] >>> (i & 31) & 1) === 1;
    context.fillStyle = kept ? colour : ground;
    context.fillRect(x * cell, y * cell, cell, cell);
  }
}
