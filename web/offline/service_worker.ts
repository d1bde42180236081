/**
 * The page without a network. What was built lies in the browser's cache under its version's name, whole or not at all;
 * the embedded data sets lie in a cache of their own, since they outlast versions. A new version waits until the page asks
 * for it, and the one before it is kept for pages that are still open.
 *
 * This is a script of its own, built to `sw.js` beside the page; scripts/vite/service_worker.ts puts the list in. All
 * addresses are relative to it, so that any folder of any host will do.
 */

/** What was built, and the embedded data sets. */
interface Built {
  readonly version: string;
  readonly files: readonly string[];
  readonly dataVersion: string;
  readonly data: readonly string[];
}

/** What this script uses of a service worker's scope, which TypeScript's types of a page do not have. */
interface WorkerEvent extends Event {
  readonly data: unknown;
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  addEventListener(type: string, handler: (event: WorkerEvent) => void): void;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as WorkerScope;
const BUILT = "%BUILT%" as unknown as Built;
const PREFIX = "startsparse-page-";
const CACHE = PREFIX + BUILT.version;
const DATA_CACHE = `startsparse-data-${BUILT.dataVersion}`;
const scope = worker.registration.scope;
const address = (file: string) => new URL(file, scope).href;
const data = new Set(BUILT.data.map(address));

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
  if (event.data === "keep-data") event.waitUntil(keepData());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  if (request.mode === "navigate") return event.respondWith(page(request));
  const url = request.url.split(/[?#]/)[0];
  if (data.has(url)) return event.respondWith(dataset(request, url));
  if (url.startsWith(address("datasets-cache/"))) return event.respondWith(local(request, url));
  event.respondWith(kept(request, url));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may hold a file of another version under an unhashed name.
  await cache.addAll(BUILT.files.map((file) => new Request(address(file), { cache: "no-cache" })));
}

async function activate(): Promise<void> {
  // In the order in which they were made: this version's and the one before it stay.
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const old = (await caches.keys()).filter((name) => name.startsWith("startsparse-data-") && name !== DATA_CACHE);
  await Promise.all([...versions.slice(0, -1), ...old].map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself; any other document of the scope is the host's. */
async function page(request: Request): Promise<Response> {
  const url = request.url.split(/[?#]/)[0];
  const own = url === scope || url === address("index.html");
  const found = own && await (await caches.open(CACHE)).match(address("index.html"));
  return found || await fetch(request);
}

async function kept(request: Request, url: string): Promise<Response> {
  return await (await caches.open(CACHE)).match(url) ?? await caches.match(url) ?? await fetch(request);
}

async function dataset(request: Request, url: string): Promise<Response> {
  const cache = await caches.open(DATA_CACHE);
  const found = await cache.match(url);
  if (found) return found;
  const answer = await fetch(request);
  // A part of a file is no file; a full storage is no reason to fail.
  if (answer.status === 200) await cache.put(url, answer.clone()).catch(() => {});
  return answer;
}

/** Data sets of the machine that serves the page: none without it. */
async function local(request: Request, url: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (url === address("datasets-cache/index.json")) return Response.json({ sets: [] });
    throw error;
  }
}

/** Fetches the data sets that have not been asked for yet. */
async function keepData(): Promise<void> {
  const cache = await caches.open(DATA_CACHE);
  for (const url of data) if (!await cache.match(url)) await cache.add(url);
}
