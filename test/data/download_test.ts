import { strict as assert } from "node:assert";
import { join } from "node:path";
import { downloadFile } from "../../src/data/download.ts";
import type { RemoteFile } from "../../src/data/registry.ts";
import { UserError } from "../../src/errors.ts";
import { sha256 } from "../../src/formats/sha256.ts";
import { withWorkshop, type Workshop } from "./importers/fixtures.ts";

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 253);
const SUM = await sha256(CONTENT);

/** A request as the server saw it. */
interface Seen {
  path: string;
  range: string | null;
  ifRange: string | null;
}

interface Site {
  shop: Workshop;
  url: (path: string) => string;
  seen: Seen[];
  path: string;
  /** Downloads CONTENT from addresses. */
  get: (paths: string[], change?: Partial<RemoteFile>, signal?: AbortSignal) => Promise<void>;
  files: () => Promise<string[]>;
}

/** Serves CONTENT, as `answer` likes. */
async function withSite(
  answer: (request: Request, seen: Seen[]) => Response | Promise<Response>,
  act: (site: Site) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { headers, url } = request;
    seen.push({ path: new URL(url).pathname, range: headers.get("range"), ifRange: headers.get("if-range") });
    return answer(request, seen);
  });
  const url = (path: string) => `http://127.0.0.1:${server.addr.port}/${path}`;
  try {
    await withWorkshop(async (shop) => {
      const path = join(shop.folder, "file.bin");
      const get = (paths: string[], change: Partial<RemoteFile> = {}, signal?: AbortSignal) =>
        downloadFile(
          shop.host,
          { file: "file.bin", urls: paths.map(url), bytes: CONTENT.length, sha256: SUM, ...change },
          path,
          { signal },
        );
      const files = async () => (await shop.host.list(shop.folder)).map(({ name }) => name);
      await act({ shop, url, seen, path, get, files });
    });
  } finally {
    await server.shutdown();
  }
}

/** A server that knows ranges and entity tags. */
function ranged(request: Request, etag = '"one"'): Response {
  const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? ""), ifRange = request.headers.get("if-range");
  if (range === null || (ifRange !== null && ifRange !== etag)) return new Response(CONTENT, { headers: { etag } });
  const start = Number(range[1]);
  return new Response(CONTENT.subarray(start), {
    status: 206,
    headers: { etag, "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` },
  });
}

/** A body that breaks off after some bytes. */
function broken(start: number, count: number): ReadableStream {
  let sent = false;
  return new ReadableStream({
    async pull(controller) {
      if (sent) {
        // Otherwise what was sent may be thrown away with the connection.
        await new Promise((resolve) => setTimeout(resolve, 50));
        return controller.error(new Error("the cable was cut"));
      }
      sent = true;
      controller.enqueue(CONTENT.slice(start, start + count));
    },
  });
}

async function refuses(act: Promise<unknown>, message: RegExp, hint?: RegExp): Promise<void> {
  await assert.rejects(act, (error: unknown) => {
    assert(error instanceof UserError, String((error as Error).stack));
    assert.match(error.message, message);
    if (hint) assert.match(error.hint ?? "", hint);
    return true;
  });
}

Deno.test("download: the file is there, checked, and nothing beside it", () =>
  withSite((request) => ranged(request), async ({ shop, get, path, files, seen }) => {
    await get(["a"]);
    assert.deepEqual(await shop.host.readFile(path), CONTENT);
    assert.deepEqual(await files(), ["file.bin"]);
    await get(["a"]);
    assert.equal(seen.length, 1, "a file that is there is not fetched again");
  }));

Deno.test("download: a cut connection is taken up where it broke", () =>
  withSite(
    (request, seen) =>
      seen.length === 1
        ? new Response(broken(0, 100_000), { headers: { etag: '"one"', "content-length": String(CONTENT.length) } })
        : ranged(request),
    async ({ shop, get, path, seen }) => {
      await get(["a"]);
      assert.deepEqual(await shop.host.readFile(path), CONTENT);
      assert.deepEqual(seen[1], { path: "/a", range: "bytes=100000-", ifRange: '"one"' });
    },
  ));

Deno.test("download: a part of an earlier call is continued; one that the server has changed begins anew", async () => {
  for (const etag of ['"one"', '"two"']) {
    await withSite((request) => ranged(request, etag), async ({ shop, get, path, url, files, seen }) => {
      await shop.file("file.bin.part", CONTENT.subarray(0, 1234));
      await shop.file("file.bin.part.json", JSON.stringify({ url: url("a"), validator: '"one"' }));
      await get(["a"]);
      assert.deepEqual(await shop.host.readFile(path), CONTENT);
      assert.deepEqual(seen, [{ path: "/a", range: "bytes=1234-", ifRange: '"one"' }]);
      assert.deepEqual(await files(), ["file.bin"]);
    });
  }
});

Deno.test("download: a server that ignores ranges sends all again", () =>
  withSite(() => new Response(CONTENT), async ({ shop, get, path }) => {
    await shop.file("file.bin.part", CONTENT.subarray(0, 1000));
    await get(["a"]);
    assert.deepEqual(await shop.host.readFile(path), CONTENT);
  }));

Deno.test("download: a range that cannot be met begins anew", () =>
  withSite(
    (request, seen) => seen.length === 1 ? new Response(null, { status: 416 }) : ranged(request),
    async ({ shop, get, path }) => {
      await shop.file("file.bin.part", CONTENT.subarray(0, 1000));
      await get(["a"]);
      assert.deepEqual(await shop.host.readFile(path), CONTENT);
    },
  ));

Deno.test("download: addresses are tried in turn, and all their answers are told", async () => {
  const answer = (request: Request) => {
    const path = new URL(request.url).pathname;
    if (path === "/missing") return new Response("gone", { status: 404, statusText: "Not Found" });
    if (path === "/page") return new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } });
    if (path === "/short") return new Response(CONTENT.subarray(0, 99));
    if (path === "/cut") return new Response(new Blob([CONTENT.subarray(0, 50)]).stream());
    return ranged(request);
  };
  await withSite(answer, async ({ shop, get, path }) => {
    await get(["missing", "page", "short", "good"]);
    assert.deepEqual(await shop.host.readFile(path), CONTENT);
  });
  await withSite(answer, async ({ get, url, files }) => {
    await refuses(
      get(["missing", "page", "short"]),
      /^cannot download file\.bin:\n.*\/missing: answered 404 Not Found\n.*\/page: sent a web page .*\n.*\/short: has a file of 99 bytes, expected 300000$/,
      /300000 bytes, SHA-256 [0-9a-f]{64}.*--from/,
    );
    assert.deepEqual(await files(), []);
    await refuses(get(["cut"]), new RegExp(`${url("cut")}: sent 50 bytes, expected 300000`));
    assert.deepEqual(await files(), ["file.bin.part", "file.bin.part.json"]);
  });
});

Deno.test("download: no server is a message with its address", () =>
  withWorkshop(async ({ host, folder }) => {
    const file = { file: "f", urls: ["http://127.0.0.1:9/f"], bytes: 5, sha256: SUM };
    await refuses(downloadFile(host, file, join(folder, "f")), /http:\/\/127\.0\.0\.1:9\/f: the connection failed/);
  }));

Deno.test("download: a wrong file is kept for inspection, told, and not in the way of the next call", () =>
  withSite(
    (request, seen) => seen.length === 1 ? new Response(CONTENT.toReversed()) : ranged(request),
    async ({ shop, get, path, files }) => {
      await refuses(
        get(["a"]),
        new RegExp(`file.bin is not the file .*expected 300000 bytes with SHA-256 ${SUM}, found 300000 bytes with`),
        /It is kept as \S+file\.bin\.wrong/,
      );
      assert.deepEqual(await files(), ["file.bin.wrong"]);
      await get(["a"]);
      assert.deepEqual(await shop.host.readFile(path), CONTENT);
    },
  ));

Deno.test("download: more bytes than expected are refused", () =>
  withSite(
    () => new Response(new Blob([CONTENT, CONTENT]).stream()),
    async ({ get }) => await refuses(get(["a"]), /sends more than the 300000 bytes/),
  ));

Deno.test("download: stopping it keeps what has come", () => {
  const stop = new AbortController();
  return withSite(
    (request, seen) => {
      if (seen.length > 1) return ranged(request);
      setTimeout(() => stop.abort(), 100);
      let sent = false;
      const body = new ReadableStream({
        pull(controller) {
          if (sent) return new Promise((resolve) => setTimeout(resolve, 300));
          sent = true;
          controller.enqueue(CONTENT.slice(0, 5000));
        },
      });
      return new Response(body, { headers: { "content-length": String(CONTENT.length) } });
    },
    async ({ shop, get, path }) => {
      await refuses(
        get(["a"], {}, stop.signal),
        /download of file\.bin was stopped; 5000 of 300000 bytes are kept/,
        /same command/,
      );
      await get(["a"]);
      assert.deepEqual(await shop.host.readFile(path), CONTENT);
    },
  );
});
