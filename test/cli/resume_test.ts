/** `startsparse resume` as people use it: after Ctrl-C and after SIGUSR1, on a finished run, and on what is no run. */
import { strict as assert } from "node:assert";
import { assertClearError, start, startsparse, TINY, withFolder } from "./command.ts";

const RUN = ["run", ...TINY, "train.epochs=40", "checkpoint.every=0"];

/** Starts a run and sends a signal when its folder has what it trains. */
async function end(folder: string, out: string, signal: Deno.Signal): Promise<{ code: number; stdout: string }> {
  const child = start([...RUN, "--out", out], folder);
  const decoder = new TextDecoder();
  let stdout = "";
  for await (const part of child.stdout) {
    const before = stdout;
    stdout += decoder.decode(part);
    // the first row of the table of epochs
    if (!/^ *1 of 40/m.test(before) && /^ *1 of 40/m.test(stdout)) child.kill(signal);
  }
  await child.stderr.cancel();
  return { code: (await child.status).code, stdout };
}

Deno.test({
  name: "an ended run says how to go on, and goes on",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      assert.equal((await startsparse([...RUN, "--out", "whole"], folder)).code, 0);
      const expected = await Deno.readFile(`${folder}/whole/weights.safetensors`);
      for (const [signal, status] of [["SIGINT", 130], ["SIGUSR1", 138]] as const) {
        const { code, stdout } = await end(folder, "r", signal);
        assert.equal(code, status, stdout);
        assert.match(stdout, /^go on with it: startsparse resume r$/m);
        assertClearError(
          await startsparse([...RUN, "--out", "r"], folder),
          /holds this run unfinished, and it can go on/,
        );
        const config = `${folder}/r/config.yaml`, text = await Deno.readTextFile(config);
        await Deno.writeTextFile(config, text.replace("epochs: 40", "epochs: 39"));
        assertClearError(
          await startsparse(["resume", "r"], folder),
          /step-\d+\.safetensors is of another configuration/,
        );
        await Deno.writeTextFile(config, text);
        const ended = await startsparse(["resume", "r"], folder);
        assert.equal(ended.code, 0, ended.stderr);
        assert.match(
          ended.stdout,
          /goes on from r\/checkpoints\/step-\d+\.safetensors: \d+ epochs? and \d+ steps? done/,
        );
        assert.deepEqual(await Deno.readFile(`${folder}/r/weights.safetensors`), expected);
        await Deno.remove(`${folder}/r`, { recursive: true });
      }
    }),
});

Deno.test("a finished run is left as it is, and a folder without a run is one clear error", () =>
  withFolder(async (folder) => {
    assert.equal((await startsparse(["run", ...TINY, "--out", "r"], folder)).code, 0);
    const result = await Deno.readTextFile(`${folder}/r/result.json`);
    const again = await startsparse(["resume", "r/", "--json"], folder);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /r is finished: there is nothing to go on with/);
    assert.equal(JSON.parse(again.stdout).folder, "r");
    assert.equal(await Deno.readTextFile(`${folder}/r/result.json`), result);
    assertClearError(
      await startsparse(["resume", "nothing"], folder),
      /nothing is no run folder: it has no config\.yaml/,
    );
  }));
