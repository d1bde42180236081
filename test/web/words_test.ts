import { strict as assert } from "node:assert";
import type { LaneError } from "../../src/worker/lab_types.ts";
import { divergedError } from "../../src/worker/lane_errors.ts";
import {
  failureMessage,
  fifthWords,
  KEEPS_RESETTING,
  preparingWords,
  progressWords,
  recoveredWords,
} from "../../web/views/train/words.ts";

const plain = (text: string | undefined) => text?.replaceAll("\u2009", " ");
const failed = (error: LaneError, width?: number) => {
  const { heading, body, actions } = failureMessage({ error, learningRate: 100, batch: 128, width });
  return { heading, body, actions: actions.map(({ label }) => label) };
};

Deno.test("a run that diverged says where, by what, and offers a third of the rate", () => {
  assert.deepEqual(failed(divergedError(7, NaN, 100)), {
    heading: "Diverged at step 7",
    body: "The loss became NaN. Learning rate 100 is too high for this network.",
    actions: ["Retry at 33, same seed", "Copy details"],
  });
  assert.equal(
    failed(divergedError(7, Infinity, 100)).body,
    "The loss became ∞. Learning rate 100 is too high for this network.",
  );
});

Deno.test("a run without memory offers less of it, and says what it has kept", () => {
  const error = { kind: "out-of-memory", message: "no room", step: 40, savedStep: 30 } as const;
  assert.deepEqual(failed(error, 32), {
    heading: "Out of GPU memory at step 40",
    body: "The other runs continue; this one is saved at step 30.",
    actions: ["Use batch 64", "Use width 16", "Copy details"],
  });
  assert.deepEqual(failed(error).actions, ["Use batch 64", "Copy details"]);
  const missing = { needs: 9 * 2 ** 30, offers: 4 * 2 ** 30 };
  assert.deepEqual(failed({ kind: "out-of-memory", message: '"x" needs 9216 MiB.', missing }), {
    heading: "Needs about 9.0 GiB, this adapter offers 4.0 GiB.",
    body: '"x" needs 9216 MiB.',
    actions: ["Use batch 64", "Copy details"],
  });
  const refused = { kind: "out-of-memory", message: "no room", missing: { needs: 9 * 2 ** 30 } } as const;
  assert.equal(failed(refused).heading, "Needs about 9.0 GiB, this adapter has less.");
  assert.equal(failed({ ...error, missing: { place: "conv3" } }).heading, "Out of GPU memory at conv3");
});

Deno.test("a storage that is full says so once, and how full", () => {
  const message = "Not saved: browser storage is full (9.9 GiB of 10.0 GiB).";
  assert.deepEqual(failed({ kind: "storage", message, hint: "Remove some." }), {
    heading: message,
    body: "Remove some.",
    actions: ["Export and free", "Resume", "Copy details"],
  });
});

Deno.test("an engine's error names the step, the reason and what is saved; it can resume from there alone", () => {
  const error = { kind: "engine", message: "conv1 forward: invalid pipeline", step: 12, savedStep: 10 } as const;
  assert.deepEqual(failed(error), {
    heading: "Stopped at step 12",
    body: "conv1 forward: invalid pipeline. The run is saved at step 10.",
    actions: ["Resume", "Copy details"],
  });
  const unsaved = { kind: "engine", message: "conv1 forward: invalid pipeline.", step: 12 } as const;
  assert.equal(failed(unsaved).body, "conv1 forward: invalid pipeline. Nothing was saved yet.");
  assert.deepEqual(failed(unsaved).actions, ["Copy details"]);
});

Deno.test("preparing says numbers", () => {
  const lane = "a", kind = "preparing";
  assert.equal(
    plain(preparingWords({ kind, lane, what: "images", done: 3.1 * 2 ** 20, total: 5.3 * 2 ** 20 })),
    "Preparing: images 3.1 of 5.3 MiB",
  );
  assert.equal(preparingWords({ kind, lane, what: "kernels", done: 14, total: 22 }), "Preparing: compiling 14 of 22");
});

Deno.test("a lane's line says where it stands", () => {
  const lane = { epoch: 3, epochs: 10, steps: 170, savedStep: 150 };
  assert.equal(
    progressWords({ ...lane, phase: "running", left: "1 min 20 s left" }),
    "epoch 3 of 10 · 1 min 20 s left",
  );
  assert.equal(progressWords({ ...lane, phase: "recovering" }), "The GPU was reset · recovering from step 150…");
  assert.equal(progressWords({ ...lane, phase: "paused" }), "Paused at step 170 · epoch 3 of 10");
  assert.equal(progressWords({ ...lane, phase: "stopped" }), "Stopped, saved at step 150");
  assert.equal(recoveredWords({ step: 170, repeated: 20 }), "Back at step 170, 20 steps repeated.");
  assert.equal(recoveredWords({ step: 170, repeated: 1 }), "Back at step 170, 1 step repeated.");
});

Deno.test("what is asked and what has no end has the words of the brief", () => {
  assert.equal(fifthWords("dense"), "Four run at a time. Queue it, or replace dense?");
  assert.equal(KEEPS_RESETTING.heading, "The GPU keeps resetting");
  assert.equal(KEEPS_RESETTING.body, "Another program may need it, or a step takes too long.");
  assert.deepEqual(KEEPS_RESETTING.actions.map(({ label }) => label), [
    "Continue with small submits",
    "Stop, keep runs",
  ]);
});
