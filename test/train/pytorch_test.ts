/**
 * "Same as PyTorch": networks trained here from PyTorch's initial weights, masks and batches have its losses, step for
 * step, and its gradients, dense-with-mask and packed alike. Fixtures: test/golden/training.py.
 */
import { strict as assert } from "node:assert";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { Session } from "../../src/worker/session.ts";
import { loadTraining, TRAINING_MODELS, type TrainingModel } from "../golden/training.ts";
import { testGpu } from "../ops/gpu.ts";
import { checkAgainstPyTorch } from "./pytorch_check.ts";
import { requestOf } from "./session_request.ts";

/** ResNet-20 packed takes minutes on a software adapter: `npm test` walks its first steps, `npm run test:full` all. */
const FULL = Deno.env.get("STARTSPARSE_TEST") === "full";
const stepsOf = (model: TrainingModel, storage: string) =>
  model === "resnet20" && storage === "packed" && !FULL ? 8 : undefined;

for (const model of TRAINING_MODELS) {
  for (const storage of ["dense", "packed"] as const) {
    Deno.test({
      name: `${model}, ${storage}: losses of ${
        stepsOf(model, storage) ?? "all"
      } steps and gradients of the first as PyTorch's`,
      sanitizeResources: false,
      sanitizeOps: false,
      fn: async () => {
        const fixture = await loadTraining(model);
        const session = new Session(await testGpu(), requestOf(fixture, storage));
        try {
          assert(ADAPTER_CLASSES[session.plan().adapterClass]);
          await checkAgainstPyTorch(session, fixture, stepsOf(model, storage));
        } finally {
          session.destroy();
        }
      },
    });
  }
}
