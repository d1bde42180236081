/** A target for tickets: a small network that has learned which points of a square lie in a disc of half its area. */
import { draws } from "./draws.ts";
import { evaluateWeights, type Weights } from "./ticket.ts";

/** A point (x, y, 1), the constant in the place of biases, and its class. */
export interface ToyPoint {
  readonly input: Float64Array;
  readonly label: 0 | 1;
}

/** Squared radius of the disc that has half the area of [−1, 1]². */
const SQUARED_RADIUS = 2 / Math.PI;

/** Random points of the square. `set` tells samples apart: training, test. */
export function toyPoints(count: number, seed: number, set: number): ToyPoint[] {
  const numbers = draws("values", seed, 2000, set);
  return Array.from({ length: count }, () => {
    const x = 2 * numbers.uniform() - 1, y = 2 * numbers.uniform() - 1;
    return { input: Float64Array.of(x, y, 1), label: x * x + y * y < SQUARED_RADIUS ? 1 : 0 };
  });
}

/** Share of the points that a network puts into their class. */
export function toyAccuracy(points: readonly ToyPoint[], evaluate: (input: Float64Array) => Float64Array): number {
  return points.filter(({ input, label }) => {
    const [no, yes] = evaluate(input);
    return (yes > no) === (label === 1);
  }).length / points.length;
}

/** Shrinks weights at each step: outliers would make the others small beside them, and so hard to hit by a subset sum. */
const DECAY = 0.05;

/** Trains a network with two hidden layers by AdamW on all points at once; the same numbers for the same seed. */
export function trainToy(
  { hidden, seed, steps = 300, rate = 0.02 }: { hidden: number; seed: number; steps?: number; rate?: number },
): Weights {
  const points = toyPoints(256, seed, 0), sizes = [3, hidden, hidden, 2];
  const layers = sizes.slice(1).map((outs, l) => {
    const numbers = draws("values", seed, 2001 + l, 0), std = Math.sqrt(2 / sizes[l]);
    return Float64Array.from({ length: outs * sizes[l] }, () => std * numbers.normal());
  });
  const rowsOf = (layer: Float64Array, l: number) =>
    Array.from({ length: sizes[l + 1] }, (_, j) => layer.subarray(j * sizes[l], (j + 1) * sizes[l]));
  const weights: Weights = layers.map(rowsOf);
  const first = layers.map((layer) => new Float64Array(layer.length)), second = first.map((m) => m.slice());
  for (let step = 1; step <= steps; step++) {
    const gradients = layers.map((layer) => new Float64Array(layer.length));
    for (const point of points) addGradients(weights, sizes, point, gradients);
    layers.forEach((layer, l) => {
      const [m, v] = [first[l], second[l]];
      gradients[l].forEach((sum, k) => {
        const g = sum / points.length;
        m[k] = 0.9 * m[k] + 0.1 * g;
        v[k] = 0.999 * v[k] + 0.001 * g * g;
        layer[k] -= rate * DECAY * layer[k];
        layer[k] -= rate * (m[k] / (1 - 0.9 ** step)) / (Math.sqrt(v[k] / (1 - 0.999 ** step)) + 1e-8);
      });
    });
  }
  return weights;
}

/** Adds the gradient of one point's cross-entropy. */
function addGradients(
  weights: Weights,
  sizes: readonly number[],
  { input, label }: ToyPoint,
  gradients: readonly Float64Array[],
): void {
  const activations = [input];
  for (let l = 0; l < weights.length - 1; l++) {
    activations.push(evaluateWeights([weights[l]], activations[l]).map((value) => Math.max(0, value)));
  }
  const [no, yes] = evaluateWeights([weights.at(-1)!], activations.at(-1)!), chance = 1 / (1 + Math.exp(no - yes));
  let delta = Float64Array.of(label - chance, chance - label);
  for (let l = weights.length - 1; l >= 0; l--) {
    const x = activations[l], ins = sizes[l], before = new Float64Array(ins);
    weights[l].forEach((row, j) => {
      for (let i = 0; i < ins; i++) {
        gradients[l][j * ins + i] += delta[j] * x[i];
        if (x[i] > 0) before[i] += delta[j] * row[i];
      }
    });
    delta = before;
  }
}
