/** Between PyTorch's (N, C, H, W) of the fixtures and the project's (C, H, W, N). */

/** A shape as PyTorch gives it: [n, c, h, w], or [n, features]. */
export type BatchMajorShape = readonly number[];

/**
 * (N, C, H, W) → (C, H, W, columns). Columns from N on are `fill`; NaN there shows up whenever padding is read.
 */
export function toChannelMajor(
  values: Float32Array,
  shape: BatchMajorShape,
  columns: number = shape[0],
  fill: number = 0,
): Float32Array {
  const [samples, perSample] = split(values.length, shape);
  const result = new Float32Array(perSample * columns).fill(fill);
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < perSample; k++) result[k * columns + n] = values[n * perSample + k];
  }
  return result;
}

/** (C, H, W, columns) → (N, C, H, W), leaving padded columns out. */
export function toBatchMajor(
  values: ArrayLike<number>,
  shape: BatchMajorShape,
  columns: number = shape[0],
): Float32Array {
  const [samples, perSample] = split(values.length / columns * shape[0], shape);
  const result = new Float32Array(samples * perSample);
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < perSample; k++) result[n * perSample + k] = values[k * columns + n];
  }
  return result;
}

function split(length: number, shape: BatchMajorShape): [samples: number, perSample: number] {
  const perSample = shape.slice(1).reduce((product, size) => product * size, 1);
  if (length !== shape[0] * perSample) throw new RangeError(`${length} values do not have the shape [${shape}]`);
  return [shape[0], perSample];
}
