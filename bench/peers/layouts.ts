/** Between (N, …), as the inputs are, and (…, N) with N padded to a capacity, as startsparse computes. */

/** Row n of `batch` rows becomes column n of `capacity` columns; the others are 0. */
export function batchLast(values: Float32Array, batch: number, capacity: number): Float32Array {
  const size = values.length / batch, moved = new Float32Array(size * capacity);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < size; i++) {
      moved[i * capacity + n] = values[n * size + i];
    }
  }
  return moved;
}

/** The way back. */
export function batchFirst(values: Float32Array, batch: number, capacity: number): Float32Array {
  const size = values.length / capacity, moved = new Float32Array(size * batch);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < size; i++) {
      moved[n * size + i] = values[i * capacity + n];
    }
  }
  return moved;
}

/** A tensor with its axes in another order, as numpy's transpose: axis i of the result is axis `order[i]`. */
export function transpose(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const target = order.map((axis) => shape[axis]),
    steps = order.map((axis) => strides[axis]);
  const moved = new Float32Array(values.length), at = target.map(() => 0);
  let from = 0;
  for (let i = 0; i < moved.length; i++) {
    moved[i] = values[from];
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < target[axis]) break;
      from -= steps[axis] * target[axis];
      at[axis] = 0;
    }
  }
  return moved;
}
