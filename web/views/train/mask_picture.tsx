/** The mask of a layer as a picture: kept weights in the rule's colour, pruned ones not drawn. */
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatDensity, formatInteger } from "../../../src/experiment/results_numbers.ts";
import type { LayerPicture } from "../../../src/worker/lab_types.ts";
import { theme } from "../../state/theme.ts";
import { maskGrid } from "./mask_grid.ts";
import { tokenColour } from "./curve_chart.tsx";

/** The picture with its words. */
export function MaskPicture({ mask, colour }: { readonly mask: LayerPicture; readonly colour: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = mask.shape.reduce((a, b) => a * b), layer = mask.layer.replace(/\.weight$/, "");
  const words = `${layer}: ${formatCount(mask.kept)} of ${formatCount(size)} kept`;
  const { outputs, inputs } = maskGrid(mask.shape), corner = `first ${inputs} inputs of the first ${outputs} outputs`;
  const when = mask.step === undefined ? "" : `, at step ${formatInteger(mask.step)}`;
  useEffect(() => paint(canvas.current!, mask, tokenColour(colour)), [mask, colour, theme.value]);
  return (
    <figure class="mask-picture">
      <canvas
        ref={canvas}
        role="img"
        title={`${layer}, ${corner}${when}`}
        aria-label={`${words}, density ${formatDensity(mask.kept / size)}; ${corner}${when}`}
      />
      <figcaption class="faint">{words}</figcaption>
    </figure>
  );
}

function paint(canvas: HTMLCanvasElement, { shape, bits }: LayerPicture, colour: string): void {
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
