/** Runs that cannot start say why, and leave neither a folder behind nor another one changed. */
import { strict as assert } from "node:assert";
import { assertClearError, start, TINY, withFolder } from "./command.ts";

async function ended(args: readonly string[], folder: string, env: Record<string, string>) {
  const { code, stdout, stderr } = await start(args, folder, env).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("a missing data set is named with address, size, checksum and command, and no folder is made", async () => {
  await withFolder(async (folder) => {
    const env = { XDG_CACHE_HOME: `${folder}/cache` };
    const run = await ended(["run", "resnet18-cifar10", "--out", "out"], folder, env);
    assertClearError(
      run,
      /cifar10.*not here[\s\S]*https:\/\/www\.cs\.toronto\.edu\/~kriz\/cifar-10-binary\.tar\.gz \(170052171 bytes, SHA-256 c4a38c50[0-9a-f]{56}\)[\s\S]*startsparse data get cifar10/,
    );
    // the graphics driver keeps its shaders in the cache folder, too
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "cache"), []);
  });
});

Deno.test("a finished run that --force would replace is kept when the new one cannot start", async () => {
  await withFolder(async (folder) => {
    const env = { XDG_CACHE_HOME: `${folder}/cache` };
    const first = await ended(["run", ...TINY, "--out", "out"], folder, env);
    assert.equal(first.code, 0, first.stderr);
    const config = (await Deno.readTextFile(`${folder}/out/config.yaml`)).replace("fashion-mnist-10k", "cifar100");
    const files = [...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort();
    await Deno.writeTextFile(`${folder}/out/config.yaml`, config); // the same configuration as the one that follows
    await Deno.writeTextFile(`${folder}/again.yaml`, config);
    const second = await ended(["run", "again.yaml", "--out", "out", "--force"], folder, env);
    assertClearError(second, /cifar100.*not here/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(), files);
  });
});
