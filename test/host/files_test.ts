/** Both kinds of files, on disk and in memory, keep the same rules. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { joinPath } from "../../src/host/host.ts";
import { createMemoryFiles, type Files } from "../../src/host/memory_files.ts";

const KINDS: Record<string, { files: Files; root: () => Promise<string> }> = {
  "on disk": { files: createDenoHost(), root: () => Deno.makeTempDir() },
  "in memory": { files: createMemoryFiles(), root: () => Promise.resolve("/memory") },
};

async function refuses(act: Promise<unknown>, pattern: RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    assert(!error.message.includes("\n"));
    return true;
  });
}

for (const [kind, { files, root }] of Object.entries(KINDS)) {
  Deno.test(`files ${kind}: written, replaced, appended to, listed, removed`, async () => {
    const folder = await root();
    const run = joinPath(folder, "runs/a");
    await files.makeDirectory(run);
    await files.makeDirectory(run);
    await files.writeFile(joinPath(run, "result.json"), "{}");
    await files.writeFile(joinPath(run, "result.json"), "{ü}");
    await files.appendFile(joinPath(run, "metrics.jsonl"), "1\n");
    await files.appendFile(joinPath(run, "metrics.jsonl"), new TextEncoder().encode("2\n"));
    await files.makeDirectory(joinPath(run, "checkpoints"));
    assert.equal(await files.readText(joinPath(run, "result.json")), "{ü}");
    assert.deepEqual(await files.readFile(joinPath(run, "metrics.jsonl")), new TextEncoder().encode("1\n2\n"));
    assert.deepEqual(await files.list(run), [
      { name: "checkpoints", isFolder: true },
      { name: "metrics.jsonl", isFolder: false },
      { name: "result.json", isFolder: false },
    ]);
    assert.deepEqual(await files.list(joinPath(folder, "runs")), [{ name: "a", isFolder: true }]);
    assert(await files.exists(run) && await files.exists(joinPath(run, "result.json")));
    await files.remove(folder);
    await files.remove(folder);
    assert(!await files.exists(run) && !await files.exists(joinPath(run, "result.json")));
  });

  Deno.test(`files ${kind}: what cannot be done is one message that names the path`, async () => {
    const folder = await root();
    await files.makeDirectory(folder);
    const file = joinPath(folder, "file");
    await files.writeFile(file, "content");
    // Permission bits do not bind an administrator; a path below a file cannot be written by anybody.
    await refuses(files.makeDirectory(joinPath(file, "out")), /cannot write into the folder .*file\/out: a part of/);
    await refuses(files.makeDirectory(file), /cannot write into the folder .*file/);
    await refuses(files.writeFile(joinPath(file, "x"), ""), /cannot write .*file\/x: a part of the path is a file/);
    await refuses(files.writeFile(joinPath(folder, "none/x"), ""), /cannot write .*none\/x: there is no such/);
    await refuses(files.appendFile(joinPath(folder, "none/x"), ""), /cannot write .*none\/x: there is no such/);
    await refuses(files.writeFile(folder, ""), /cannot write/);
    await refuses(files.readFile(joinPath(folder, "none")), /cannot read .*none: there is no such file/);
    await refuses(files.readText(joinPath(folder, "none")), /cannot read .*none: there is no such file/);
    await refuses(files.list(joinPath(folder, "none")), /cannot list the folder .*none: there is no such/);
    assert.equal(await files.readText(file), "content");
    assert.deepEqual(await files.list(folder), [{ name: "file", isFolder: false }], "nothing temporary stays");
    await files.remove(folder);
  });
}

Deno.test("joinPath: single slashes, no empty parts", () => {
  assert.equal(joinPath("/a/", "b", "", "c.json"), "/a/b/c.json");
  assert.equal(joinPath("", "b"), "b");
});
