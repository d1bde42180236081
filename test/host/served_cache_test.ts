import { deepEqual, equal, rejects } from "node:assert/strict";
import { createMemoryFiles } from "../../src/host/memory_files.ts";
import { withServedCache } from "../../src/host/served_cache.ts";

const FOLDER = "/cache/datasets";
const SETS = { toy: { "info.json": '{"a":1}', "train-images.bin": "0123456789" } } as const;

/** A server as scripts/vite/datasets.ts is one, for as long as the test runs. */
async function serving(test: (base: URL) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const path = new URL(request.url).pathname;
    if (path === "/served/index.json") {
      const sets = Object.entries(SETS).map(([name, files]) => ({
        name,
        files: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.length])),
      }));
      return Response.json({ sets });
    }
    const [, , set, file] = path.split("/");
    const text = (SETS as Record<string, Record<string, string>>)[set]?.[file];
    if (text === undefined) return new Response("no", { status: 404 });
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
    if (!range) return new Response(text);
    return new Response(text.slice(Number(range[1]), Number(range[2]) + 1), { status: 206 });
  });
  try {
    await test(new URL(`http://127.0.0.1:${server.addr.port}/served/`));
  } finally {
    await server.shutdown();
  }
}

Deno.test("served sets stand beside the page's own, which come first", () =>
  serving(async (base) => {
    const own = createMemoryFiles();
    const files = withServedCache(own, FOLDER, base);
    equal(await files.exists(FOLDER), true);
    equal(await files.exists(`${FOLDER}/toy`), true);
    equal(await files.exists(`${FOLDER}/other`), false);
    equal(await files.readText(`${FOLDER}/toy/info.json`), '{"a":1}');
    equal((await files.stat(`${FOLDER}/toy/train-images.bin`))?.size, 10);
    equal((await files.stat(`${FOLDER}/toy`))?.isFolder, true);
    deepEqual((await files.list(FOLDER)).map(({ name }) => name), ["toy"]);
    deepEqual((await files.list(`${FOLDER}/toy`)).map(({ name }) => name), ["info.json", "train-images.bin"]);
    const handle = await files.openFile(`${FOLDER}/toy/train-images.bin`);
    equal(new TextDecoder().decode(await handle.read(3, 4)), "3456");
    await rejects(handle.read(8, 4), { message: `cannot read ${FOLDER}/toy/train-images.bin: it ends after 10 bytes` });
    await rejects(files.readFile(`${FOLDER}/toy/none.bin`), /there is no such file/);

    await own.makeDirectory(`${FOLDER}/toy`);
    await own.writeFile(`${FOLDER}/toy/info.json`, "mine");
    equal(await files.readText(`${FOLDER}/toy/info.json`), "mine");
    equal(await files.exists(`${FOLDER}/toy/train-images.bin`), false, "a set is never a mixture");
    equal((await files.list(FOLDER)).length, 1);
  }));

Deno.test("without a server there are no served sets, and the page's own work", async () => {
  const files = withServedCache(createMemoryFiles(), FOLDER, new URL("http://127.0.0.1:9/served/"));
  equal(await files.exists(FOLDER), false);
  await files.makeDirectory(`${FOLDER}/own`);
  await files.writeFile(`${FOLDER}/own/info.json`, "mine");
  deepEqual((await files.list(FOLDER)).map(({ name }) => name), ["own"]);
  await files.writeFile("/runs.txt", "elsewhere");
  equal(await files.readText("/runs.txt"), "elsewhere");
});
