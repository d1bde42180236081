/**
 * The host in a browser, on the page itself or in a Web Worker: data sets by fetch, kept texts in the browser's storage,
 * files in memory for the life of the page, or in the origin's own file system, which lasts.
 */
import { UserError } from "../errors.ts";
import { type BackendChoice, type Host, type HostBackend, joinPath, type Platform } from "./host.ts";
import { keptInBrowser } from "./kept_in_browser.ts";
import { createMemoryFiles } from "./memory_files.ts";
import { createOriginFiles } from "./origin_files.ts";
import { withServedCache } from "./served_cache.ts";

/** Settings of {@link createPageHost}. */
export interface PageHostOptions {
  /** The address of the folder of data sets. Default: `datasets/` beside the page or the worker's script. */
  datasets?: string | URL;
  /**
   * Where files are: in memory, each host's own; or in the origin-private file system, which survives a reload and which
   * all workers of the origin share. Default: memory.
   */
  files?: "memory" | "origin";
  /**
   * Whether the data sets that the page's server has imported on its machine stand beside the page's own, read only.
   * Default: false.
   */
  servedSets?: boolean;
}

/** Where the page's imports are. */
const CACHE_FOLDER = "/cache";

/** A host over the web platform. */
export function createPageHost(options: PageHostOptions = {}): Host {
  const here = globalThis.location?.href;
  const base = new URL(options.datasets ?? "datasets/", here);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const datasetUrl = (name: string, file: string) => new URL(`${name}/${file}`, base).href;
  const own = options.files === "origin" ? createOriginFiles() : createMemoryFiles();
  const served = new URL("../datasets-cache/", base);
  return {
    kind: "page",
    ...(options.servedSets ? withServedCache(own, joinPath(CACHE_FOLDER, "datasets"), served) : own),
    datasetUrl,
    readDataset: (name, file, onBytes) => fetchDataset(name, datasetUrl(name, file), onBytes),
    cacheFolder: () => CACHE_FOLDER,
    kept: keptInBrowser(),
    now: () => new Date(),
    milliseconds: () => performance.now(),
    environment: () => undefined,
    terminal: () => ({ isTerminal: false, columns: 80 }),
    platform,
    memory: () => undefined,
    onInterrupt: () => () => {},
    gpu: () => navigator.gpu,
    backend,
  };
}

function backend({ backend, boundsChecks = true }: BackendChoice = {}): Promise<HostBackend> {
  if (backend === undefined && boundsChecks) {
    return Promise.resolve({ name: "browser", gpu: navigator.gpu, boundsChecks });
  }
  const asked = backend === undefined ? "running without bounds checks" : `the backend ${backend}`;
  return Promise.reject(
    new UserError(`a page has the browser's WebGPU and no other: ${asked} is for the command line`, {
      hint: "Leave device.backend and device.boundsChecks out.",
    }),
  );
}

async function fetchDataset(
  name: string,
  url: string,
  onBytes: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const fail = (why: string, cause?: unknown) =>
    new UserError(`data set ${name}: cannot load ${url}: ${why}`, { cause });
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw fail("the server cannot be reached", cause);
  }
  // Development servers answer a missing file with their start page and status 200.
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  if (!response.ok || isPage) {
    await response.body?.cancel();
    throw fail(isPage && response.ok ? "the server sent a page instead of the file" : `status ${response.status}`);
  }
  try {
    return await readBody(response.body!, onBytes);
  } catch (cause) {
    throw fail("the connection broke off", cause);
  }
}

async function readBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (const reader = body.getReader();;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    onBytes(length += value.length);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function platform(): Platform {
  // Chromium's structured form is not in TypeScript's types yet; the user agent string is in every browser.
  const data = (navigator as Navigator & { userAgentData?: { platform?: string } }).userAgentData;
  return { runtime: navigator.userAgent, os: data?.platform || "unknown", arch: "unknown" };
}
