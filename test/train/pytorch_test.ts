/**
 * "Same as PyTorch": networks trained here from PyTorch's initial weights, masks and batches have its losses, step for
 * step, and its gradients, dense-with-mask and packed alike. Fixtures: test/golden/training.py.
 */
import { strict as assert } from "node:assert";
import { ADAPTER_CLASSES } from "../../src/ops/emit.ts";
import { Session } from "../../src/worker/session.ts";
import { loadTraining, TRAINING_MODELS } from "../golden/training.ts";
import { testGpu } from "../ops/gpu.ts";
import { checkAgainstPyTorch } from "./pytorch_check.ts";
import { requestOf } from "./session_request.ts";

for (const model of TRAINING_MODELS) {
  for (const storage of ["dense", "packed"] as const) {
    Deno.test({
      name: `${model}, ${storage}: losses of every step and gradients of the first as PyTorch's`,
      sanitizeResources: false,
      sanitizeOps: false,
      fn: async () => {
        const fixture = await loadTraining(model);
        const session = new Session(await testGpu(), requestOf(fixture, storage));
        try {
          assert(ADAPTER_CLASSES[session.plan().adapterClass]);
          await checkAgainstPyTorch(session, fixture);
        } finally {
          session.destroy();
        }
      },
    });
  }
}
