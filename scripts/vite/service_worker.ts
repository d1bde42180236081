/**
 * The service worker beside the page, with the list of what was built. (Workbox and its Vite plugin would bring some
 * hundred packages for the 100 lines of web/offline/service_worker.ts.)
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Plugin } from "vite";
import { embeddedFiles } from "./datasets.ts";

const FILE = "sw.js";
/** Stands in the source for the list; see there. */
const PLACE = /["'`]%BUILT%["'`]/;

/** What a service worker of an earlier visit becomes while the sources are served: nothing. */
const NO_WORKER = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("startsparse-page-")) await caches.delete(name);
  await self.registration.unregister();
  for (const client of await self.clients.matchAll()) client.navigate(client.url);
})()));`;

/** Builds the service worker; development servers take it away from the browser. */
export function serviceWorker(): Plugin {
  let publicDir = "", root = "";
  return {
    name: "service-worker",
    configResolved(config) {
      ({ publicDir, root } = config);
    },
    configureServer: (server) =>
      void server.middlewares.use((request, response, next) => {
        if (!request.url?.split("?")[0].endsWith(`/${FILE}`)) return next();
        response.setHeader("content-type", "text/javascript");
        response.end(NO_WORKER);
      }),
    buildStart() {
      if (this.environment.mode !== "build") return;
      this.emitFile({ type: "chunk", id: path.join(root, "offline/service_worker.ts"), fileName: FILE });
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const worker = bundle[FILE];
        if (worker?.type !== "chunk") throw new Error(`${FILE} was not built`);
        if (worker.imports.length > 0 || /\b(?:import|export)\b\s*[{*"']/.test(worker.code)) {
          throw new Error(`${FILE} is a classic script: it must not import or export`);
        }
        const page = new Map<string, string | Uint8Array>();
        for (const [name, part] of Object.entries(bundle)) {
          if (name === FILE || name.startsWith(".vite/") || name.endsWith(".map")) continue;
          page.set(name, part.type === "chunk" ? part.code : part.source);
        }
        for (const name of await readdir(publicDir)) page.set(name, await readFile(path.join(publicDir, name)));
        if (!page.has("index.html")) throw new Error("the page was not built before its service worker");
        const data = await embeddedFiles();
        const list = {
          version: digest(page),
          files: [...page.keys()].sort(),
          dataVersion: digest(data),
          data: [...data.keys()],
        };
        worker.code = worker.code.replace(PLACE, () => JSON.stringify(list));
        if (!worker.code.includes(list.version)) throw new Error(`${FILE} has no place for the list of files`);
      },
    },
  };
}

function digest(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const name of [...files.keys()].sort()) hash.update(name).update("\0").update(files.get(name)!).update("\0");
  return hash.digest("hex").slice(0, 12);
}
