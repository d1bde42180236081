/** The page's host under Deno, against a real server; `test/browser` runs it in a browser. */
import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { createPageHost } from "../../src/host/page.ts";

Deno.test("page host: data sets by fetch; missing files, start pages and no server are one message each", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/base/datasets/fm/labels.gz") return new Response(new Uint8Array([1, 2, 3]));
    if (pathname.startsWith("/base/datasets/spa/")) {
      return new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    return new Response("not here", { status: 404 });
  });
  const { port } = server.addr;
  const host = createPageHost({ datasets: `http://127.0.0.1:${port}/base/datasets` });
  const refuses = (act: Promise<unknown>, pattern: RegExp) =>
    assert.rejects(act, (error: unknown) => {
      assert(error instanceof UserError, String(error));
      assert.match(error.message, pattern);
      return true;
    });
  assert.deepEqual(await host.readDataset("fm", "labels.gz"), new Uint8Array([1, 2, 3]));
  await refuses(host.readDataset("fm", "none"), /^data set fm: cannot load http:.*\/datasets\/fm\/none: status 404$/);
  await refuses(host.readDataset("spa", "x"), /sent a page instead of the file/);
  await server.shutdown();
  await refuses(host.readDataset("fm", "labels.gz"), /the server cannot be reached/);
});

Deno.test("page host: it has the browser's WebGPU and no other", async () => {
  const host = createPageHost({ datasets: "http://localhost/datasets/" });
  assert.equal((await host.backend()).name, "browser");
  for (const choice of [{ backend: "dawn" }, { boundsChecks: false }] as const) {
    await assert.rejects(host.backend(choice), /a page has the browser's WebGPU and no other/);
  }
});

Deno.test("page host: works without anything of Deno's", async () => {
  const host = createPageHost({ datasets: "http://localhost/datasets/" });
  assert.equal(host.environment("HOME"), undefined);
  assert.deepEqual(host.terminal(), { isTerminal: false, columns: 80 });
  assert.equal(typeof host.platform().runtime, "string");
  host.onInterrupt(() => {})();
  for (const file of ["page", "memory_files", "host"]) {
    const source = await Deno.readTextFile(new URL(`../../src/host/${file}.ts`, import.meta.url));
    assert(!/\bDeno\./.test(source), `${file}.ts uses Deno`);
  }
});
