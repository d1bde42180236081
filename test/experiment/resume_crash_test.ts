/** A run that stops at any operation on its files, with half of it done, goes on to the same bits; so does one on a full disk. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import type { Host } from "../../src/host/host.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { configOf, memoryHost, outcome, train } from "./resume_runs.ts";

class Crash extends Error {}

/** A host whose files stop at the n-th change, halfway through it: what comes after changes nothing any more. */
function crashing(host: Host, at: number, error: () => Error): { host: Host; changes: () => number } {
  let changes = 0;
  const change = async <T>(half: () => Promise<unknown>, act: () => Promise<T>): Promise<T> => {
    changes++;
    if (changes < at) return await act();
    if (changes === at) await half();
    throw error();
  };
  const halfOf = (content: Uint8Array | string) => content.slice(0, content.length >> 1);
  const nothing = () => Promise.resolve();
  const crashed: Host = {
    ...host,
    // a whole file is written beside its place: the half of it is a file of another name
    writeFile: (path, content) =>
      change(() => host.writeFile(`${path}.1a2b.tmp`, halfOf(content)), () => host.writeFile(path, content)),
    appendFile: (path, content) =>
      change(() => host.appendFile(path, halfOf(content)), () => host.appendFile(path, content)),
    makeDirectory: (path) => change(nothing, () => host.makeDirectory(path)),
    remove: (path) => change(nothing, () => host.remove(path)),
  };
  return { host: crashed, changes: () => changes };
}

const config = configOf("crash", { method: { name: "rigl", density: 0.2, interval: 2 } });

Deno.test({
  name: "a run that is killed at any change of its files goes on to the same bits",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), straight = memoryHost();
    const counting = crashing(straight, Infinity, () => new Crash());
    const expected = await outcome(straight, (await train(gpu, config, counting.host)).result);
    const changes = counting.changes();
    assert(changes > 25, `${changes} changes`);
    // each once in the long form of the tests, six in the short one
    const stride = Deno.env.get("STARTSPARSE_TEST") === "full" ? 1 : Math.ceil(changes / 6);
    for (let at = 1; at <= changes; at += stride) {
      const host = memoryHost();
      await assert.rejects(train(gpu, config, crashing(host, at, () => new Crash()).host), Crash);
      // killed once more while it goes on, a few changes later
      await train(gpu, config, crashing(host, 4, () => new Crash()).host, { resume: true }).catch((error) => {
        assert(error instanceof Crash, error);
      });
      const { result } = await train(gpu, config, host, { resume: true });
      assert.deepEqual(await outcome(host, result), expected, `stopped at change ${at} of ${changes}`);
      assert.deepEqual(
        (await host.list("run")).filter(({ name }) => name.endsWith(".tmp")),
        [],
        "nothing is left over",
      );
    }
  },
});

Deno.test({
  name: "a full disk ends a run with one clear error, and the run goes on when there is room",
  ...quiet,
  fn: async () => {
    const gpu = await testGpu(), straight = memoryHost();
    const expected = await outcome(straight, (await train(gpu, config, straight)).result);
    for (const at of [9, 24]) {
      const host = memoryHost();
      const full = crashing(host, at, () => new UserError("cannot write run/file: the disk is full"));
      await assert.rejects(train(gpu, config, full.host), /the disk is full/);
      const { result } = await train(gpu, config, host, { resume: true });
      assert.deepEqual(await outcome(host, result), expected, `full at change ${at}`);
    }
  },
});
