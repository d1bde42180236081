import { strict as assert } from "node:assert";
import { createDroppedFiles } from "../../src/host/dropped_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("dropped files are read under their paths, folders listed in order", async () => {
  const files = createDroppedFiles([
    { path: "sweep/runs/b/config.yaml", content: new Blob(["b"]) },
    { path: "/sweep//runs/a/./config.yaml", content: bytes("a") },
    { path: "sweep/sweep.json", content: bytes("{}") },
  ]);
  assert.deepEqual(await files.list(""), [{ name: "sweep", isFolder: true }]);
  assert.deepEqual((await files.list("sweep/")).map(({ name }) => name), ["runs", "sweep.json"]);
  assert.deepEqual((await files.list("sweep/runs")).map(({ name }) => name), ["a", "b"]);
  assert.equal(await files.readText("sweep/runs/a/config.yaml"), "a");
  assert.equal(await files.readText("sweep/runs/b/config.yaml"), "b");
  assert.deepEqual(await files.stat("sweep/sweep.json"), { isFile: true, isFolder: false, isLink: false, size: 2 });
  assert.equal((await files.stat("sweep/runs"))?.isFolder, true);
  assert.equal(await files.stat("runs"), undefined);
  assert.equal(await files.exists("sweep/runs/a"), true);
  await assert.rejects(files.readFile("sweep/none"), /cannot read sweep\/none: there is no such file/);
  await assert.rejects(files.list("none"), /cannot list the folder none/);
});
