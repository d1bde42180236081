/**
 * Orthogonal weights, and the looks-linear form of them (Balduzzi et al. 2017; Burkholz and Dubatovka 2019), in which ReLU
 * units come in pairs of opposite sign, so that a layer starts as a linear map. All from + − × ÷ and √ in double precision.
 */
import { normal } from "./real.ts";
import { STREAM } from "./philox.ts";

/**
 * A random matrix with orthonormal rows, or columns where there are more rows than columns: the Q of normal numbers, with
 * positive diagonal of R (`orthogonal_` of PyTorch, on our own stream).
 */
export function orthogonal(rows: number, columns: number, seed: number, layer: number): Float64Array {
  const wide = rows <= columns, count = wide ? rows : columns, length = wide ? columns : rows;
  const vectors = normal(seed, STREAM.init, layer, count * length);
  const vector = (i: number) => vectors.subarray(i * length, (i + 1) * length);
  for (let i = 0; i < count; i++) {
    const v = vector(i);
    for (let pass = 0; pass < 2; pass++) { // once leaves rounding in nearly parallel vectors, twice is enough
      for (let k = 0; k < i; k++) {
        const u = vector(k);
        let along = 0;
        for (let j = 0; j < length; j++) along += u[j] * v[j];
        for (let j = 0; j < length; j++) v[j] -= along * u[j];
      }
    }
    let square = 0;
    for (let j = 0; j < length; j++) square += v[j] * v[j];
    const norm = Math.sqrt(square);
    for (let j = 0; j < length; j++) v[j] /= norm;
  }
  if (wide) return vectors;
  const result = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[r * columns + c] = vectors[c * rows + r];
  return result;
}

/**
 * Looks-linear weights [out, in, …]: blocks [[W, −W], [−W, W]] of an orthogonal W of half the outputs and inputs, cut at odd
 * sizes; [[W], [−W]] in the first layer, whose inputs are no pairs.
 * @param scale factor of all weights
 */
export function looksLinear(
  shape: readonly number[],
  seed: number,
  layer: number,
  { first, scale }: { first: boolean; scale: number },
): Float32Array {
  const [outs, ins] = shape, taps = shape.slice(2).reduce((product, n) => product * n, 1);
  const rows = Math.ceil(outs / 2), columns = first ? ins : Math.ceil(ins / 2);
  const block = orthogonal(rows, columns * taps, seed, layer), values = new Float32Array(outs * ins * taps);
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      const sign = (o < rows) === (i < columns) ? scale : -scale;
      const from = ((o % rows) * columns + i % columns) * taps, to = (o * ins + i) * taps;
      for (let t = 0; t < taps; t++) values[to + t] = sign * block[from + t];
    }
  }
  return values;
}

/** Biases of looks-linear layers: N(0, std²) and their negatives, for units in pairs. */
export function pairedNormal(count: number, seed: number, layer: number, std: number): Float32Array {
  const half = Math.ceil(count / 2), numbers = normal(seed, STREAM.init, layer, half);
  return Float32Array.from({ length: count }, (_, i) => (i < half ? std : -std) * numbers[i % half]);
}
