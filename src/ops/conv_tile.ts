/**
 * Choosing the register tile of a dense convolution: `channels` × `rows` × `columns` vec4 accumulators a thread.
 *
 * The tile minimises an estimate of the instructions spent, positions outside the image included: a loaded patch is
 * reused by every channel of the tile, a loaded weight by every position.
 */
import type { AdapterClass } from "./emit.ts";
import { evenTile } from "./emit.ts";

/** Channels and positions of one thread's tile. */
export interface ConvTile {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** A load costs about this many multiply-adds (on software adapters, where it was measured). */
const LOAD_COST = 2;

/**
 * Multiply-adds that a tile may be unrolled into. Compilers take seconds for more: on a software adapter 15 s for 3000, and
 * the lab net's kernels 36 s in all with a bound of 1250 against 21 s with 600, for steps that take the same time.
 */
const MOST_UNROLLED = 600;

/** Size of a tile: as {@link chooseConvTile} has it, or {@link enlarge}d. */
export type TileSize = "normal" | "large";

const SHAPES: readonly (readonly [number, number])[] = [
  [2, 4],
  [1, 8],
  [1, 7],
  [2, 7],
  [4, 2],
  [4, 4],
  [1, 4],
  [2, 2],
  [2, 1],
  [1, 2],
  [1, 1],
];

/**
 * The tile for an image of `height` × `width` results and `channels` result channels.
 * @param step positions come in multiples of it (the stride, for the input gradient)
 * @param patch number of values loaded for a tile of so many rows and columns
 */
export function chooseConvTile(
  adapter: AdapterClass,
  image: { height: number; width: number; channels: number; taps: number },
  step: number,
  patch: (rows: number, columns: number) => number,
): ConvTile {
  let best: ConvTile = { channels: 1, rows: step, columns: step };
  let bestCost = Infinity;
  for (const [r, c] of SHAPES) {
    const rows = r * step, columns = c * step;
    if (r > 1 && rows >= 2 * image.height || c > 1 && columns >= 2 * image.width) continue;
    const unrolled = rows * columns * image.taps / (step * step); // of one channel
    if ((rows * columns > adapter.accumulators || unrolled > MOST_UNROLLED) && r * c > 1) continue;
    const fitting = Math.min(adapter.accumulators / (rows * columns), MOST_UNROLLED / unrolled);
    const most = Math.max(1, Math.min(16, Math.floor(fitting)));
    const channels = evenTile(image.channels, most);
    const tiles = Math.ceil(image.height / rows) * Math.ceil(image.width / columns) *
      Math.ceil(image.channels / channels);
    const macs = channels * unrolled;
    const loads = 4 * patch(rows, columns) + channels * image.taps;
    const cost = tiles * (macs + LOAD_COST * loads);
    if (cost < bestCost) [best, bestCost] = [{ channels, rows, columns }, cost];
  }
  return best;
}

/**
 * A tile with twice the channels, where the registers suffice: loaded activations serve twice as many multiply-adds. On
 * software adapters it took three quarters of the time for 64 channels, and three times as long to compile, so that it is
 * for who has measured it and trains long.
 * @param channels of the result
 */
export function enlarge(tile: ConvTile, channels: number, adapter: AdapterClass): ConvTile {
  const most = Math.min(2 * tile.channels, Math.floor(adapter.accumulators / (tile.rows * tile.columns)));
  return most <= tile.channels ? tile : { ...tile, channels: evenTile(channels, most) };
}
