/**
 * The training loop. It queues steps ahead of the GPU and reads results back as its pace says, so that the GPU waits for
 * JavaScript only there; how many steps go between two readbacks changes no number.
 */
import { type Augmentation, recordBatch } from "../data/batch.ts";
import type { BatchSource } from "../data/batch_source.ts";
import type { Gpu } from "../gpu/device.ts";
import { Runner, type StepBlock, STEPS_PER_SUBMIT } from "../gpu/runner.ts";
import type { BatchMoment, Method, MethodMoment } from "../methods/method.ts";
import type { Program, RecordBatch } from "../nn/program.ts";
import type { ParameterStore } from "../nn/store.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { METRIC_SLOTS } from "../ops/cross_entropy.ts";
import { permutation } from "../random/order.ts";
import type { MaskRecorder, RecordReason } from "./mask_recorder.ts";
import { Programs } from "./programs.ts";
import { addSums, means, NO_SUMS, readRing, type Sums } from "./metrics_ring.ts";
import { type Pace, type PaceMode, ReadbackPace } from "./pace.ts";

/** What a trainer is made of. */
export interface TrainerOptions {
  readonly gpu: Gpu;
  readonly store: ParameterStore;
  readonly dataset: BatchSource;
  readonly method: Method;
  /** Told of every step and every change of masks. */
  readonly recorder: MaskRecorder;
  readonly transforms: ReadonlyMap<string, WeightTransform>;
  /** Images a training step and an evaluation step. */
  readonly batch: number;
  readonly evalBatch: number;
  readonly smoothing: number;
  readonly augment: Augmentation;
  readonly seeds: { readonly order: number; readonly augment: number };
  /** Milliseconds now, for pacing and rates. */
  readonly milliseconds: () => number;
  /** When steps go to the GPU; as they would with the GPU to themselves where it is left out. */
  readonly pace?: Pace;
}

/** Reported after every readback. */
export interface Progress {
  /** Steps of the epoch done, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss and accuracy over the steps since the last report. */
  readonly loss: number;
  readonly accuracy: number;
  readonly images: number;
  /** Images of the epoch so far, and milliseconds spent on them. */
  readonly imagesDone: number;
  readonly milliseconds: number;
}

/** How an epoch is watched and ended. */
export interface EpochOptions {
  /** Called after every readback, also with the sums of each step since the one before. */
  readonly report?: (progress: Progress, sums: readonly Sums[]) => void;
  /** Ends the epoch early after what is on the GPU. */
  readonly signal?: AbortSignal;
  /** The epoch is complete after so many steps, where it has more. */
  readonly steps?: number;
  /** Where an epoch goes on that was left in its middle. */
  readonly from?: EpochPlace;
  /**
   * Called after a readback with the place to go on from, but not at the end of the epoch; `stopping` where the signal ends
   * it there. Everything submitted has run.
   */
  readonly between?: (place: EpochPlace, stopping: boolean) => Promise<void>;
}

/** A place in the middle of an epoch. */
export interface EpochPlace {
  /** Steps of the epoch done. */
  readonly step: number;
  /** Sums over them. */
  readonly sums: Sums;
}

/** Means over an epoch or an evaluation. */
export interface Outcome {
  readonly loss: number;
  readonly accuracy: number;
  readonly top5: number;
  readonly images: number;
  readonly milliseconds: number;
  /**
   * Images and time that a rate can be taken from: without the steps up to this trainer's first readback, which wait for
   * the kernels to be compiled.
   */
  readonly timed: { readonly images: number; readonly milliseconds: number };
  /** False where the signal stopped it before its end. */
  readonly complete: boolean;
}

const BEGIN: EpochPlace = { step: 0, sums: NO_SUMS };

/** Trains and evaluates one network on one device. */
export class Trainer {
  readonly runner: Runner;
  readonly #programs: Programs;
  readonly #pace: Pace;
  #steps = 0;
  /** Which of the method's levels is trained, counted from 0: whoever walks them says so. */
  level = 0;
  /** Time of the epochs that are over, when the one in progress began, and what of it was spent on waiting for a turn. */
  #milliseconds = 0;
  #begun: number | undefined;
  #waited = 0;
  readonly #warm = { train: false, evaluate: false };

  constructor(readonly options: TrainerOptions) {
    const { gpu, store, dataset, batch, evalBatch, smoothing, augment, seeds, transforms } = options;
    this.runner = new Runner(gpu);
    this.#pace = options.pace ?? new ReadbackPace();
    const source = (random: boolean): RecordBatch => (recorder, columns) =>
      recordBatch(recorder, dataset, { ...columns, ...augment, seed: seeds.augment, augment: random });
    this.#programs = new Programs(store, {
      training: { mode: "train", capacity: batch, batch: source(true), smoothing, transforms },
      evaluation: { mode: "evaluate", capacity: evalBatch, batch: source(false), transforms },
    });
  }

  /** The programs for the masks that the store has now: compiled anew where masks have changed. */
  get training(): Program {
    return this.#programs.training;
  }
  get evaluation(): Program {
    return this.#programs.evaluation;
  }

  /** Milliseconds that epochs of training took so far: steps, compilation of their kernels, and what the method did. */
  get milliseconds(): number {
    if (this.#begun === undefined) return this.#milliseconds;
    return this.#milliseconds + this.options.milliseconds() - this.#begun - this.#waited;
  }

  /** Goes on where another training of the same network has stood: steps taken, its level, milliseconds spent. */
  goOn({ steps, level, milliseconds }: { steps: number; level: number; milliseconds: number }): void {
    this.#steps = steps;
    this.level = level;
    this.#milliseconds = milliseconds;
  }

  /** Optimizer steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Trains one epoch over the given images.
   * @param epoch counted from 0; the order of the images is a function of it and the seed
   * @param indices images of the device's data set to train on
   * @param learningRate asked before each group of steps that goes to the GPU together
   */
  async epoch(
    epoch: number,
    indices: Uint32Array,
    learningRate: number | (() => number),
    options: EpochOptions = {},
  ): Promise<Outcome> {
    const { seeds, dataset, batch, method, recorder } = this.options;
    const order = permutation(seeds.order, epoch, indices.length).map((i) => indices[i]);
    dataset.setOrder(order);
    const step = { epoch, learningRate: typeof learningRate === "number" ? () => learningRate : learningRate };
    this.#begun = this.options.milliseconds();
    this.#waited = 0;
    const outcome = await this.#walk("train", indices.length, batch, step, options);
    await this.ask("update", epoch, (moment) => method.afterUpdate?.(moment));
    if (method.recordMask) await recorder.record("epoch", this.moment(epoch));
    this.#milliseconds = this.milliseconds;
    this.#begun = undefined;
    return outcome;
  }

  /**
   * Lets the method act between two steps: at the end of a level, for example. A change of masks that comes of it is
   * recorded, for the given reason.
   */
  async ask<T>(
    reason: RecordReason,
    epoch: number,
    act: (moment: MethodMoment) => Promise<T> | undefined,
  ): Promise<T | undefined> {
    const { store, recorder } = this.options, { version } = store;
    const result = await act(this.moment(epoch));
    if (store.version !== version) await recorder.record(reason, this.moment(epoch));
    return result;
  }

  /**
   * Trains on images in a given order and returns the sums of each step: for small runs that are looked at step by step.
   * @param order at most {@link METRIC_SLOTS} batches of images
   */
  async follow(order: Uint32Array, learningRate: number): Promise<Sums[]> {
    const { dataset, batch } = this.options;
    dataset.setOrder(order);
    const blocks = this.#blocks(order.length, batch, 0, Math.ceil(order.length / batch), { epoch: 0, learningRate });
    await this.#submit("train", blocks, 0);
    return await readRing(this.runner, this.training, 0, blocks.length);
  }

  /** Loss and accuracy over the given images, without augmentation, by the running statistics. */
  async evaluate(indices: Uint32Array, signal?: AbortSignal): Promise<Outcome> {
    const { dataset, evalBatch } = this.options;
    dataset.setOrder(indices);
    const step = { epoch: 0, learningRate: () => 0 };
    return await this.#walk("evaluate", indices.length, evalBatch, step, { signal });
  }

  async #walk(
    mode: PaceMode,
    images: number,
    batch: number,
    { epoch, learningRate }: { epoch: number; learningRate: () => number },
    { report = () => {}, signal, steps: most = Infinity, from = BEGIN, between }: EpochOptions,
  ): Promise<Outcome> {
    const { milliseconds } = this.options;
    const steps = Math.min(Math.ceil(images / batch), most);
    const start = milliseconds();
    let total = from.sums, done = from.step, stopping = signal?.aborted ?? false, waited = 0;
    let timed = { images: 0, milliseconds: 0 };
    if (stopping) await between?.({ step: done, sums: total }, stopping);
    while (done < steps && !stopping) {
      const asked = milliseconds();
      const count = await this.#pace.begin(
        mode,
        Math.max(1, Math.min(steps - done, METRIC_SLOTS, this.#streamed(batch))),
      );
      if (count === 0) {
        stopping = true;
        await between?.({ step: done, sums: total }, stopping);
        break;
      }
      const before = milliseconds();
      waited += before - asked;
      this.#waited += before - asked;
      const blocks = this.#blocks(images, batch, done, count, { epoch, learningRate: learningRate() });
      await this.#submit(mode, blocks, epoch);
      const program = mode === "train" ? this.training : this.evaluation;
      const results = await readRing(this.runner, program, done, count);
      const sums = results.reduce(addSums);
      const now = milliseconds();
      if (this.#warm[mode]) {
        timed = { images: timed.images + sums.images, milliseconds: timed.milliseconds + now - before };
      }
      this.#warm[mode] = true;
      this.#pace.end(mode, count, now - before);
      // step by step, so that how many steps went together does not show in the sum
      total = results.reduce(addSums, total);
      done += count;
      const { loss, accuracy } = means(sums);
      const imagesDone = Math.min(images, done * batch);
      const progress = { step: done, steps, loss, accuracy, images: sums.images, imagesDone };
      report({ ...progress, milliseconds: now - start - waited }, results);
      stopping = signal?.aborted ?? false;
      if (done < steps) await between?.({ step: done, sums: total }, stopping);
    }
    const spent = milliseconds() - start - waited;
    return { ...means(total), milliseconds: spent, timed, complete: done === steps };
  }

  /** The step blocks of `count` batches from batch `first` of the order on. */
  #blocks(
    images: number,
    batch: number,
    first: number,
    count: number,
    { epoch, learningRate }: { epoch: number; learningRate: number },
  ): StepBlock[] {
    return Array.from({ length: count }, (_, i) => ({
      count: Math.min(batch, images - (first + i) * batch),
      start: (first + i) * batch,
      index: this.#steps + i,
      epoch,
      slot: first + i,
      learningRate,
    }));
  }

  /** Queues steps; the method's turn comes before a step, or inside one that goes in two parts. */
  async #submit(mode: PaceMode, blocks: StepBlock[], epoch: number): Promise<void> {
    if (mode === "evaluate") return await this.#send(mode, this.evaluation, blocks);
    const { method, dataset, recorder } = this.options;
    let queued: StepBlock[] = [];
    const flush = async () => {
      const steps = queued;
      queued = [];
      await this.#send(mode, this.training, steps);
    };
    for (const block of blocks) {
      const moment = this.moment(epoch);
      if (method.beforeStep && method.wantsStep?.(moment)) {
        await flush();
        dataset.provide(block.start, block.count);
        await this.ask("update", epoch, () => method.beforeStep!(this.#batchMoment(moment, block)));
      }
      if (method.afterGradients && method.wantsGradients?.(moment)) {
        await flush();
        dataset.provide(block.start, block.count);
        const { list, updateFrom } = this.training;
        await this.#pace.submit(mode, { runner: this.runner, list, steps: [block], end: updateFrom });
        const act = () => method.afterGradients!(this.#batchMoment(moment, block));
        const update = await this.ask("update", epoch, act);
        if (update !== "skip update") await this.#update(block);
      } else queued.push(block);
      recorder.stepped(block.count);
      this.#steps++;
    }
    await flush();
  }

  /** The optimizer's part of a step; masks may have changed since its gradients were computed. */
  async #update(block: StepBlock): Promise<void> {
    const { list, updateFrom } = this.training;
    await this.#pace.submit("train", { runner: this.runner, list, steps: [block], start: updateFrom });
  }

  /** The moment between two steps, for whoever asks the method or the store there; epochs count from 0. */
  moment(epoch: number): MethodMoment {
    return { store: this.options.store, runner: this.runner, step: this.#steps, epoch, level: this.level };
  }

  #batchMoment(moment: MethodMoment, block: StepBlock): BatchMoment {
    const denseGradients: BatchMoment["denseGradients"] = (parameters, use) => {
      this.options.recorder.grew(parameters, block.count);
      return this.#programs.denseGradients(parameters).run(this.runner, block, use);
    };
    return { ...moment, denseGradients };
  }

  /** Submits consecutive steps, as many together as there are step blocks and as the data set has images for. */
  async #send(mode: PaceMode, program: Program, blocks: readonly StepBlock[]): Promise<void> {
    const { dataset } = this.options;
    for (let i = 0; i < blocks.length;) {
      const { start, count } = blocks[i];
      let images = count, end = i + 1;
      while (end < blocks.length && end - i < STEPS_PER_SUBMIT && images + blocks[end].count <= dataset.mostImages) {
        images += blocks[end++].count;
      }
      dataset.provide(start, images);
      await this.#pace.submit(mode, { runner: this.runner, list: program.list, steps: blocks.slice(i, end) });
      i = end;
    }
  }

  /**
   * Steps between two readbacks at most, where images stream: what is sent and not yet used is held in memory, and this
   * is what bounds it.
   */
  #streamed(batch: number): number {
    return Math.floor(2 * this.options.dataset.mostImages / batch);
  }

  /**
   * Calls what a method has to do in a run once each, whatever comes of it: for finding out on a device that only counts
   * (src/gpu/dry.ts) what it will hold there. The trainer is spent afterwards.
   * @param steps of the run
   * @param levels that it has
   */
  async rehearse(steps: number, levels: number): Promise<void> {
    const { method, batch, store, recorder } = this.options, { version } = store;
    const [block] = this.#blocks(batch, batch, 0, 1, { epoch: 0, learningRate: 0 });
    const find = (wants: (moment: MethodMoment) => boolean | undefined) => {
      for (this.#steps = 0; this.#steps < steps; this.#steps++) {
        const moment = this.moment(0);
        if (wants(moment)) return this.#batchMoment(moment, block);
      }
    };
    const step = method.beforeStep && find((moment) => method.wantsStep?.(moment));
    if (step) await method.beforeStep!(step);
    const gradients = method.afterGradients && find((moment) => method.wantsGradients?.(moment));
    if (gradients) await method.afterGradients!(gradients);
    // the first level may be a warm-up; what the others do is like the second
    for (this.level = 0; this.level < Math.min(levels, 2); this.level++) await method.endOfLevel?.(this.moment(0));
    if (store.version !== version || method.recordMask) await recorder.record("update", this.moment(0));
  }

  /** Frees the programs, once: the runner stays, for reading. */
  endTraining(): void {
    this.#programs.destroy();
  }

  /** Frees the runner. The store and the data set belong to whoever made them. */
  destroy(): void {
    this.runner.destroy();
  }
}
