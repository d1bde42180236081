/**
 * Data sets beside the page: `datasets/` has those that come with the project, in builds too; `datasets-cache/` has those
 * that the command line has imported on this machine, read only, as long as a server of this project serves the page. A
 * built site's `datasets-cache/index.json` says that there are none, so that asking for it is no error anywhere.
 */
import { createReadStream } from "node:fs";
import { cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { importedFolder, servedSets } from "../served_sets.mjs";

const EMBEDDED = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../datasets");
/** A set's name, and its file's: no way out of the folder. */
const INSIDE = /\/(datasets(?:-cache)?)\/([\w-][\w.-]*)(?:\/([\w-][\w.-]*))?$/;

async function answer(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  const found = INSIDE.exec((request.url ?? "").split("?")[0]);
  if (!found || (request.method !== "GET" && request.method !== "HEAD")) return next();
  const [, place, name, file] = found;
  if (place === "datasets-cache" && name === "index.json" && file === undefined) {
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-store");
    response.end(JSON.stringify({ sets: await servedSets() }));
    return;
  }
  if (file === undefined) return next();
  const whole = path.join(place === "datasets" ? EMBEDDED : importedFolder(), name, file);
  const status = await stat(whole).catch(() => undefined);
  if (!status?.isFile()) return next();
  response.setHeader("content-type", "application/octet-stream");
  response.setHeader("accept-ranges", "bytes");
  const range = /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? "");
  const start = range ? Number(range[1]) : 0;
  const end = Math.min(range?.[2] ? Number(range[2]) : Infinity, status.size - 1);
  if (range && start > end) {
    response.writeHead(416, { "content-range": `bytes */${status.size}` }).end();
    return;
  }
  response.writeHead(range ? 206 : 200, {
    "content-length": end - start + 1,
    ...(range && { "content-range": `bytes ${start}-${end}/${status.size}` }),
  });
  if (request.method === "HEAD" || status.size === 0) return void response.end();
  createReadStream(whole, { start, end }).on("error", () => response.destroy()).pipe(response);
}

/** Serves both folders, and puts the embedded sets into what is built. */
export function datasets(): Plugin {
  let folder = "";
  return {
    name: "datasets",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    configureServer: (server) => void server.middlewares.use((...all) => void answer(...all)),
    configurePreviewServer: (server) => void server.middlewares.use((...all) => void answer(...all)),
    async writeBundle() {
      await cp(EMBEDDED, path.join(folder, "datasets"), { recursive: true });
      await mkdir(path.join(folder, "datasets-cache"), { recursive: true });
      await writeFile(path.join(folder, "datasets-cache/index.json"), '{"sets":[]}');
    },
  };
}

/** The embedded sets' files, with paths as the page asks for them, and their contents. */
export async function embeddedFiles(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of (await readdir(EMBEDDED, { recursive: true })).sort()) {
    const file = path.join(EMBEDDED, name);
    if ((await stat(file)).isFile()) files.set(`datasets/${name.replaceAll(path.sep, "/")}`, await readFile(file));
  }
  return files;
}
