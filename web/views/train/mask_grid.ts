/** Which weights of a mask a small picture shows, and where. */

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
