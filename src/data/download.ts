/** Downloads a file whose size and SHA-256 are known: in pieces that survive a cut connection, checked before it is used. */
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import type { Progress } from "./importers/session.ts";
import { sumFile } from "./official.ts";
import type { RemoteFile } from "./registry.ts";

/** What downloading needs of a {@link Host}. */
export type DownloadHost = Pick<
  Host,
  "stat" | "exists" | "openFile" | "openWriter" | "rename" | "remove" | "readText" | "writeFile"
>;

/** Options of {@link downloadFile}. */
export interface DownloadOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** How often one address is asked again after a cut connection that brought nothing new. */
const FRUITLESS_TRIES = 2;

/** What went wrong with one address; the next one may do better. */
class AddressError extends Error {}

/** What is remembered of the address that a part came from, to see whether it still gives the same file. */
interface Origin {
  url: string;
  validator?: string;
}

/**
 * Downloads `file` to `path`. What has come is kept in `<path>.part` and continued where the server can.
 * @throws UserError naming every address and what it answered; when stopped; and for content that is not as expected,
 * which is kept beside for inspection
 */
export async function downloadFile(
  host: DownloadHost,
  file: RemoteFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (await host.exists(path)) {
    if (await isGenuine(host, file, path, options)) return;
    await setAside(host, file, path, path);
  }
  const part = `${path}.part`, failures: string[] = [];
  for (const url of file.urls) {
    try {
      await fetchAll(host, file, url, part, options);
      if (!await isGenuine(host, file, part, options)) await setAside(host, file, part, path);
      await host.rename(part, path);
      await host.remove(`${part}.json`);
      return;
    } catch (error) {
      if (options.signal?.aborted) {
        throw new UserError(
          `the download of ${file.file} was stopped; ${await partSize(host, part)} of ${file.bytes} bytes are kept`,
          { hint: "The same command continues it." },
        );
      }
      if (!(error instanceof AddressError)) throw error;
      failures.push(`  ${url}: ${error.message}`);
    }
  }
  throw new UserError(`cannot download ${file.file}:\n${failures.join("\n")}`, {
    hint: "The same command tries again and continues what has come. Or download the file in another way " +
      `(${file.bytes} bytes, SHA-256 ${file.sha256}) and give it by --from.`,
  });
}

/** Asks one address until all bytes are there. */
async function fetchAll(host: DownloadHost, file: RemoteFile, url: string, part: string, options: DownloadOptions) {
  let fruitless = 0;
  for (;;) {
    const before = await partSize(host, part);
    if (before === file.bytes) return;
    if (before > file.bytes) await host.remove(part);
    try {
      await fetchOnce(host, file, url, part, options);
    } catch (error) {
      if (error instanceof AddressError || error instanceof UserError || options.signal?.aborted) throw error;
      if (await partSize(host, part) <= before && ++fruitless > FRUITLESS_TRIES) {
        throw new AddressError(`the connection failed (${(error as Error).message})`);
      }
      continue;
    }
    const size = await partSize(host, part);
    // A server may close early without an error; each such answer has to bring something.
    if (size < file.bytes && size <= before && ++fruitless > FRUITLESS_TRIES) {
      throw new AddressError(`sent ${size} bytes, expected ${file.bytes}`);
    }
  }
}

/** Sends one request and appends what comes. */
async function fetchOnce(host: DownloadHost, file: RemoteFile, url: string, part: string, options: DownloadOptions) {
  const have = await partSize(host, part), origin = await readOrigin(host, part);
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (have > 0) {
    headers.range = `bytes=${have}-`;
    // Of another address nothing is known: size and sum are checked in the end.
    if (origin?.url === url && origin.validator !== undefined) headers["if-range"] = origin.validator;
  }
  const response = await fetch(url, { headers, signal: options.signal });
  try {
    const start = checkResponse(response, file, have);
    const etag = response.headers.get("etag"), strong = etag !== null && !etag.startsWith("W/") ? etag : undefined;
    const validator = strong ?? response.headers.get("last-modified") ?? undefined;
    await host.writeFile(`${part}.json`, JSON.stringify({ url, validator } satisfies Origin));
    await append(host, file, part, start, response, options);
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

/** @returns from which byte on the body goes @throws AddressError when it is not what was asked for */
function checkResponse(response: Response, file: RemoteFile, have: number): number {
  const { status, headers } = response;
  if (status === 416) return 0;
  if (status !== 200 && status !== 206) throw new AddressError(`answered ${status} ${response.statusText}`.trimEnd());
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) {
    throw new AddressError("sent a web page instead of the file");
  }
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    if (range === null || Number(range[1]) !== have) {
      throw new AddressError(`sent another part than asked for (${headers.get("content-range")})`);
    }
    if (range[2] !== "*" && Number(range[2]) !== file.bytes) {
      throw new AddressError(`has a file of ${range[2]} bytes, expected ${file.bytes}`);
    }
    return have;
  }
  const length = headers.get("content-length");
  if (length !== null && !headers.has("content-encoding") && Number(length) !== file.bytes) {
    throw new AddressError(`has a file of ${length} bytes, expected ${file.bytes}`);
  }
  return 0;
}

async function append(
  host: DownloadHost,
  file: RemoteFile,
  part: string,
  start: number,
  response: Response,
  { onProgress, signal }: DownloadOptions,
): Promise<void> {
  // The server does not have what comes after the part: begin again.
  if (response.status === 416) return await host.remove(part);
  const writer = await host.openWriter(part, { append: start > 0 });
  let done = start;
  try {
    for await (const piece of response.body ?? []) {
      if (signal?.aborted) throw signal.reason;
      done += piece.length;
      if (done > file.bytes) throw new AddressError(`sends more than the ${file.bytes} bytes that are expected`);
      await writer.write(piece);
      onProgress?.({ phase: "download", done, total: file.bytes, unit: "bytes" });
    }
  } finally {
    await writer.close();
  }
}

async function isGenuine(host: DownloadHost, file: RemoteFile, path: string, options: DownloadOptions) {
  if ((await host.stat(path))?.size !== file.bytes) return false;
  const sum = await sumFile(host, path, (done, total) => {
    if (options.signal?.aborted) throw options.signal.reason;
    options.onProgress?.({ phase: "check", done, total, unit: "bytes" });
  });
  return sum.sha256 === file.sha256;
}

/** Nothing that came is thrown away unseen, and the next call starts afresh. */
async function setAside(host: DownloadHost, file: RemoteFile, path: string, wanted: string): Promise<never> {
  const { bytes, sha256 } = await sumFile(host, path), aside = `${wanted}.wrong`;
  await host.rename(path, aside);
  await host.remove(`${path}.json`);
  throw new UserError(
    `the download of ${file.file} is not the file that is expected: expected ${file.bytes} bytes with SHA-256 ` +
      `${file.sha256}, found ${bytes} bytes with ${sha256}`,
    { hint: `It is kept as ${aside}; remove it when you do not need it. The same command downloads afresh.` },
  );
}

async function partSize(host: DownloadHost, part: string): Promise<number> {
  return (await host.stat(part))?.size ?? 0;
}

async function readOrigin(host: DownloadHost, part: string): Promise<Origin | undefined> {
  try {
    return JSON.parse(await host.readText(`${part}.json`)) as Origin;
  } catch {
    return undefined;
  }
}
