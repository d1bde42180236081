/**
 * What `DEBUG=1|2|3` in the environment shows of a run: 1 the kernel plan and the memory, 2 also every kernel with its GPU
 * time beside the undisturbed step, 3 also the kernels' WGSL.
 *
 * Profiling takes optimizer steps, so it happens on a second copy of the network, which is thrown away.
 */
import type { StepBlock } from "../gpu/runner.ts";
import { mebibytes } from "../gpu/memory.ts";
import type { Training } from "../train/training.ts";

/** The level that an environment variable asks for: 0 to 3. */
export function debugLevel(value: string | undefined): number {
  const level = Number(value);
  return Number.isInteger(level) && level >= 1 ? Math.min(level, 3) : 0;
}

/** The plan as lines: one a layer, then the memory. */
export function planLines({ plan, store, trainer }: Training): string[] {
  const width = Math.max(5, ...plan.layers.map(({ name }) => name.length));
  const lines = plan.layers.map(({ name, storage, density, kernels, reason }) => {
    const how = storage === "dense" && kernels ? `${Object.values(kernels).join("/")}; ` : "";
    return `${name.padEnd(width)}  ${storage.padEnd(6)}  ${density.toFixed(4)}  ${how}${reason}`;
  });
  const { values, gradients, moments, masks, patterns } = store.bytes();
  const { plannedBytes, unsharedBytes } = trainer.training.list;
  return [
    `kernel plan (${plan.adapterClass} kernels)`,
    ...lines,
    `memory: values ${mebibytes(values)}, gradients ${mebibytes(gradients)}, moments ${mebibytes(moments)}, ` +
    `masks ${mebibytes(masks)}, patterns ${mebibytes(patterns)}`,
    `activations and scratch of a training step ${mebibytes(plannedBytes)} (${
      mebibytes(unsharedBytes)
    } without sharing)`,
  ];
}

/** Every kernel of a training step with its GPU time, slowest first, and the undisturbed step beside their sum. */
export async function profileLines(
  { trainer }: Training,
  milliseconds: () => number,
): Promise<string[]> {
  const { runner, training } = trainer;
  const count = training.capacity;
  const step: StepBlock = { count, start: 0, index: 0, epoch: 0, slot: 0, learningRate: 0 };
  const undisturbed: number[] = [];
  for (let i = 0; i < 6; i++) {
    const before = milliseconds();
    runner.submit(training.list, [step]);
    await runner.gpu.idle();
    if (i > 0) undisturbed.push(milliseconds() - before);
  }
  undisturbed.sort((a, b) => a - b);
  const times = await runner.profile(training.list, step);
  if (!times) return ["this adapter has no timestamps: kernels cannot be timed one by one"];
  const sum = times.reduce((a, b) => a + b, 0);
  const rows = training.list.dispatches.map(({ label, grid }, i) => ({ label, grid: grid.join("×"), time: times[i] }));
  rows.sort((a, b) => b.time - a.time);
  const width = Math.max(...rows.map(({ label }) => label.length)),
    gridWidth = Math.max(...rows.map(({ grid }) => grid.length));
  return [
    `kernels of a training step (${count} images), slowest first`,
    ...rows.map(({ label, grid, time }) =>
      `${label.padEnd(width)}  ${grid.padStart(gridWidth)}  ${time.toFixed(3).padStart(9)} ms  ${
        (100 * time / sum).toFixed(1).padStart(5)
      } %`
    ),
    `sum of kernels ${sum.toFixed(2)} ms, each in a pass of its own; undisturbed step ${
      undisturbed[2].toFixed(2)
    } ms (median of 5, with the wait)`,
  ];
}

/** The text of every kernel compiled so far. */
export function kernelLines({ trainer }: Training): string[] {
  return trainer.runner.gpu.kernels.all().flatMap((
    { label, code },
  ) => [`// ---- ${label}`, ...code.trimEnd().split("\n")]);
}
