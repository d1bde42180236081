/** Whether a session trains as PyTorch did: one check for a session in this thread and for one behind a worker. */
import type { Session } from "../../src/worker/session.ts";
import { keptEntries, type TrainingFixture } from "../golden/training.ts";
import { assertClose } from "../ops/gpu.ts";

/** A session, or comlink's image of one. */
export type TrainedSession = Pick<Session, "train" | "evaluate" | "read" | "statistics">;

const LEARNING_RATE = 0.01;

/**
 * Trains a session made by requestOf and compares: the gradients and running statistics of step 1 and the loss of every
 * step to 1e-4, then the first batch in evaluation mode, and pruned weights are still zero.
 *
 * @param steps fewer than the fixture's leave out the evaluation, which belongs to the end of its run
 * @returns the losses, nats per image
 * @throws {Error} naming the first number that differs
 */
export async function checkAgainstPyTorch(
  session: TrainedSession,
  fixture: TrainingFixture,
  steps = fixture.steps,
): Promise<number[]> {
  const { batch } = fixture, expected = fixture.run(LEARNING_RATE);
  const order = Uint32Array.from({ length: batch * steps }, (_, i) => i);
  const train = async (images: Uint32Array) =>
    (await session.train(images, LEARNING_RATE)).map(({ loss, images }) => loss / images);

  const losses = await train(order.slice(0, batch));
  const gradients = await session.read("gradient");
  for (const [name, wanted] of fixture.gradients) {
    const mask = fixture.masks.get(name), whole = gradients.get(name)!;
    assertClose(mask ? keptEntries(whole, mask) : whole, wanted, 1e-4, `gradient of ${name}`);
  }
  const statistics = await session.statistics();
  for (const [name, wanted] of fixture.running) {
    const here = name.replace(/\.mean$/, ".running_mean").replace(/\.variance$/, ".running_var");
    assertClose(statistics.get(here)!, wanted, 1e-4, name);
  }

  losses.push(...await train(order.slice(batch)));
  ensure(losses.length === steps, `${losses.length} losses of ${steps} steps`);
  losses.forEach((loss, i) => {
    const wanted = expected.loss[i]!;
    ensure(Math.abs(loss - wanted) <= 1e-4 * wanted, `loss of step ${i + 1}: ${loss}, PyTorch has ${wanted}`);
  });

  if (steps === fixture.steps) {
    const { loss, accuracy } = await session.evaluate(order.slice(0, batch));
    const { loss: wanted, correct } = expected.evaluation;
    ensure(Math.abs(loss - wanted) <= 1e-3 * wanted, `evaluation: loss ${loss}, PyTorch has ${wanted}`);
    ensure(Math.round(accuracy * batch) === correct, `evaluation: accuracy ${accuracy}, PyTorch has ${correct} right`);
  }
  const values = await session.read();
  for (const [name, mask] of fixture.masks) {
    const nonzero = values.get(name)!.reduce((sum, value) => sum + Number(value !== 0), 0);
    ensure(nonzero <= keptEntries(values.get(name)!, mask).length, `${name}: a pruned weight is not zero`);
  }
  return losses;
}

function ensure(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
