/** Measurements of training steps on this machine: what can be measured, what goes on, and what was kept. */
import * as comlink from "comlink";
import { batch, signal } from "@preact/signals";
import { UserError } from "../../../src/errors.ts";
import type { StepBench, StepBenchRequest } from "../../../src/bench/step.ts";
import type { BenchProgress } from "../../../src/bench/measure.ts";
import type { Size } from "../../../src/nn/model.ts";
import type { ModelChoice } from "../../../src/nn/registry.ts";
import type { BenchOrigin } from "../../../src/worker/bench.ts";
import { lab } from "../../connect.ts";
import { announce } from "../../state/announce.ts";
import { keep, kept } from "../../state/kept.ts";
import { openDevice } from "../../state/lab.ts";

/** A measurement with where and when it was taken. */
export type Measurement = BenchOrigin & StepBench;

/** What can be measured. */
export interface Subject {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
  readonly model: ModelChoice;
  readonly input: Size;
}

const lab28: Size = [1, 28, 28], colour32: Size = [3, 32, 32];

/** The page's own network first. */
export const SUBJECTS: readonly Subject[] = [
  ...[8, 16, 32, 64].map((width): Subject => ({
    id: `lab-${width}`,
    title: `lab, width ${width}`,
    meaning: "four 3×3 convolutions on 28×28: what the page trains",
    model: { name: "lab", width },
    input: lab28,
  })),
  {
    id: "lenet5",
    title: "LeNet-5",
    meaning: "two convolutions and three linear layers on 28×28",
    model: { name: "lenet5" },
    input: lab28,
  },
  {
    id: "resnet20",
    title: "ResNet-20",
    meaning: "19 convolutions on 32×32×3",
    model: { name: "resnet20" },
    input: colour32,
  },
];

/** What a measurement is asked for. */
export interface Plan {
  readonly subject: string;
  readonly rule: "uniform" | "erk";
  readonly densities: readonly number[];
  readonly batch: number;
  readonly rounds: number;
}

/** Enough for a line on a GPU, and little enough for a processor that plays one. */
const ON_GPU: Omit<Plan, "subject" | "rule"> = { densities: [0.5, 0.2, 0.1, 0.05, 0.02, 0.01], batch: 128, rounds: 7 };
const ON_SOFTWARE: typeof ON_GPU = { densities: [0.5, 0.1, 0.01], batch: 16, rounds: 3 };

/** What is measured for a subject on an adapter. */
export function planFor(subject: string, rule: Plan["rule"], software: boolean): Plan {
  return { subject, rule, ...(software ? ON_SOFTWARE : ON_GPU) };
}

/** Measurements that this browser keeps. */
const MOST_KEPT = 8;

export const measurements = signal<readonly Measurement[]>(readKept());
export const going = signal<{ readonly progress: BenchProgress; readonly stopping: boolean } | undefined>(undefined);
export const problem = signal<{ readonly message: string; readonly hint?: string } | undefined>(undefined);

function readKept(): Measurement[] {
  try {
    const found: unknown = JSON.parse(kept("speed") ?? "[]");
    return Array.isArray(found) ? found.filter(isMeasurement) : [];
  } catch {
    return []; // of another version of the page
  }
}

function isMeasurement(value: unknown): value is Measurement {
  const { format, kind, cells } = value as Partial<Measurement>;
  return format === 1 && kind === "step" && Array.isArray(cells);
}

/** Which measurements a new one takes the place of: those of the same network, rule and adapter. */
export function sameSubject(a: Measurement, b: Measurement): boolean {
  const key = ({ model, modelChoice, rule, adapter }: Measurement) =>
    [model, modelChoice.width, rule, adapter.name].join();
  return key(a) === key(b);
}

/** Measures; what is there when it is stopped is kept too. */
export async function measure({ subject: id, rule, ...how }: Plan): Promise<void> {
  if (going.peek()) return;
  const { model, input } = SUBJECTS.find((each) => each.id === id)!;
  const step: StepBenchRequest = {
    model,
    dataset: "random",
    input,
    classes: 10,
    rule,
    block: [1, 1],
    flow: "off",
    storage: "auto",
    activations: "f32",
    optimizer: "sgd",
    seed: 1,
    ...how,
  };
  batch(() => {
    problem.value = undefined;
    going.value = { progress: { what: "opening the device", done: 0, total: 1 }, stopping: false };
  });
  try {
    if (!await openDevice()) throw new UserError("there is no WebGPU adapter to measure on");
    const progress = comlink.proxy((progress: BenchProgress) => {
      if (going.peek()) going.value = { ...going.peek()!, progress };
    });
    const result = await (await lab()).bench({ step }, progress) as Measurement;
    if (result.cells.length > 0) {
      const others = measurements.peek().filter((each) => !sameSubject(each, result));
      measurements.value = [result, ...others].slice(0, MOST_KEPT);
      keep("speed", JSON.stringify(measurements.peek()));
      announce("Measured.");
    }
  } catch (error) {
    problem.value = error instanceof UserError
      ? { message: error.message, hint: error.hint }
      : { message: error instanceof Error ? error.message : String(error) };
  } finally {
    going.value = undefined;
  }
}

/** Ends it after the round in hand. */
export async function cancel(): Promise<void> {
  if (!going.peek()) return;
  going.value = { ...going.peek()!, stopping: true };
  await (await lab()).stopBench();
}
