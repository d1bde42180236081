/** Both kinds of files, on disk and in memory, keep the same rules. */
import { strict as assert } from "node:assert";
import { createDenoHost } from "../../src/host/deno.ts";
import { joinPath } from "../../src/host/host.ts";
import { createMemoryFiles, type Files } from "../../src/host/memory_files.ts";
import { FILES_RULES } from "./files_rules.ts";
import { refuses } from "./rule_asserts.ts";

const KINDS: Record<string, { files: Files; root: () => Promise<string> }> = {
  "on disk": { files: createDenoHost(), root: () => Deno.makeTempDir() },
  "in memory": { files: createMemoryFiles(), root: () => Promise.resolve("/memory") },
};

for (const [kind, { files, root }] of Object.entries(KINDS)) {
  for (const { name, check } of FILES_RULES) {
    Deno.test(`files ${kind}: ${name}`, async () => await check(files, await root()));
  }
}

Deno.test("files on disk: a link is told as itself, and a device is no file", async () => {
  const files = createDenoHost();
  const folder = await Deno.makeTempDir();
  await files.writeFile(joinPath(folder, "file"), "12345");
  await Deno.symlink(joinPath(folder, "file"), joinPath(folder, "link"));
  assert.deepEqual(await files.stat(joinPath(folder, "link")), {
    isFile: false,
    isFolder: false,
    isLink: true,
    size: 0,
  });
  assert.deepEqual(await files.list(folder), [
    { name: "file", isFolder: false },
    { name: "link", isFolder: false, isLink: true },
  ]);
  assert.equal((await files.stat("/dev/null"))?.isFile, false);
  await refuses(files.openFile("/dev/null"), /it is not a file/);
  await files.remove(folder);
});

Deno.test("joinPath: single slashes, no empty parts", () => {
  assert.equal(joinPath("/a/", "b", "", "c.json"), "/a/b/c.json");
  assert.equal(joinPath("", "b"), "b");
});
