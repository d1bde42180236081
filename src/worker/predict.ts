/**
 * What the networks of lanes say of pictures. A network is evaluated as it is at the moment, in training or trained, by
 * a program of its own over the lane's weights; the program is compiled anew where masks have changed.
 */
import { PictureSource } from "../data/picture_source.ts";
import { sizeOf } from "../nn/model.ts";
import { compile, type Program, type RecordBatch } from "../nn/program.ts";
import type { LaneNetwork, LaneNetworks } from "./lab_types.ts";

/** What a network says of pictures. */
export interface Prediction {
  readonly lane: string;
  /** Steps that its weights have had; 0 is an untrained network, whose answers mean nothing. */
  readonly steps: number;
  readonly classes: readonly string[];
  /** Row after row: of each picture, the probability of each class. */
  readonly probabilities: Float32Array<ArrayBuffer>;
}

/** Pictures in one submission: one drawn by hand, or a part of a test set. */
const CAPACITIES = [1, 32] as const;

/** A program over a lane's network, and the pictures that it reads. */
interface Reader {
  readonly network: LaneNetwork;
  readonly source: PictureSource;
  program: Program;
}

/** Asks networks. One picture at a time is on its way through a network. */
export class Predictor {
  readonly #readers = new Map<string, Reader>();
  readonly #stopListening: () => void;
  /** The end of what was asked last. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly networks: LaneNetworks) {
    this.#stopListening = networks.onChange((lane, gone) => {
      if (!gone) return;
      // no further submission, and what is on its way still has its buffers
      const spent = this.#take(lane);
      void this.#inTurn(() => Promise.resolve(spent.forEach(destroyReader)));
    });
  }

  /**
   * Probabilities of the classes for pictures.
   * @param images bytes as the lane's data set has them, [channels, height, width] one after the other
   * @returns undefined where the lane has no network
   * @throws {RangeError} where the bytes are no whole number of pictures of that size
   */
  predict(lane: string, images: Uint8Array<ArrayBuffer>): Promise<Prediction | undefined> {
    return this.#inTurn(async () => {
      const network = await this.networks.find(lane);
      if (!network) return undefined;
      const size = sizeOf(network.shape), count = images.length / size;
      if (!Number.isInteger(count) || count === 0) {
        throw new RangeError(`${images.length} bytes are no pictures of ${network.shape.join("×")}`);
      }
      const { classes } = network.model, probabilities = new Float32Array(count * classes);
      const capacity = CAPACITIES.find((each) => each >= count) ?? CAPACITIES[CAPACITIES.length - 1];
      const reader = this.#reader(network, capacity), steps = network.steps();
      for (let first = 0; first < count; first += capacity) {
        if (!this.#isCurrent(reader)) return undefined;
        const part = images.subarray(first * size, Math.min(count, first + capacity) * size);
        probabilities.set(await answer(reader, part, part.length / size), first * classes);
      }
      return { lane, steps, classes: network.classes, probabilities };
    });
  }

  /** Frees everything, after what is on its way. */
  async destroy(): Promise<void> {
    this.#stopListening();
    await this.#inTurn(() => Promise.resolve([...this.#readers.values()].forEach(destroyReader)));
    this.#readers.clear();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #reader(network: LaneNetwork, capacity: number): Reader {
    const key = `${network.lane} ${capacity}`, known = this.#readers.get(key);
    if (known?.network.store === network.store) {
      if (known.program.version !== network.store.version) {
        known.program = compileReader(network, known.source, capacity, known.program);
      }
      return known;
    }
    if (known) this.#take(network.lane).forEach(destroyReader);
    const made = makeReader(network, capacity);
    this.#readers.set(key, made);
    return made;
  }

  #isCurrent(reader: Reader): boolean {
    return [...this.#readers.values()].includes(reader);
  }

  /** A lane's readers, which are known no longer. */
  #take(lane: string): Reader[] {
    return CAPACITIES.flatMap((capacity) => {
      const key = `${lane} ${capacity}`, reader = this.#readers.get(key);
      this.#readers.delete(key);
      return reader ? [reader] : [];
    });
  }
}

function destroyReader({ program, source }: Reader): void {
  program.destroy();
  source.destroy();
}

function makeReader(network: LaneNetwork, capacity: number): Reader {
  const { store: { gpu }, shape, model: { input }, normalisation } = network;
  const source = new PictureSource(gpu, { shape, input, normalisation, capacity });
  return { network, source, program: compileReader(network, source, capacity) };
}

function compileReader(network: LaneNetwork, source: PictureSource, capacity: number, replaced?: Program): Program {
  const batch: RecordBatch = (recorder, columns) => source.record(recorder, columns);
  return compile(network.store, { mode: "evaluate", capacity, batch, transforms: network.transforms }, replaced);
}

/** Probabilities of up to as many pictures as the reader takes at once. */
async function answer(
  { network, source, program }: Reader,
  part: Uint8Array,
  count: number,
): Promise<Float32Array> {
  const { runner, model: { classes } } = network;
  source.provide(part, count);
  runner.submit(program.list, [{ count, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 }]);
  const parts = await runner.readAll(program.logits), { columns } = program;
  const rows = new Float32Array(count * classes);
  parts.forEach((bytes, p) => {
    const logits = new Float32Array(bytes);
    for (let n = 0; n < columns && p * columns + n < count; n++) {
      const row = rows.subarray((p * columns + n) * classes, (p * columns + n + 1) * classes);
      for (let c = 0; c < classes; c++) row[c] = logits[c * columns + n];
      softmax(row);
    }
  });
  return rows;
}

/** In place. */
export function softmax(row: Float32Array): void {
  const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  row.forEach((logit, c) => sum += row[c] = Math.exp(logit - most));
  row.forEach((value, c) => row[c] = value / sum);
}
