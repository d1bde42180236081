/** Runs of the page and of the command line side by side: the copied command under Deno, exported folders unpacked. */
import { type Page } from "@playwright/test";
import { BlobReader, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from "@zip.js/zip.js";
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { access, mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readSafetensors } from "../../src/formats/safetensors.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/startsparse.mjs", import.meta.url));

/** Splits a command as a POSIX shell does, as far as the page quotes: words, and words in single quotes. */
export function wordsOfCommand(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
}

/** Runs `npx startsparse …` in a folder by the launcher of this checkout, which is what `npx` would find. */
export async function startsparse(command: string, folder: string, env: Record<string, string> = {}): Promise<string> {
  const [npx, name, ...args] = wordsOfCommand(command);
  if (npx !== "npx" || name !== "startsparse") throw new Error(`not a command of startsparse: ${command}`);
  const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  return stdout;
}

/** Saves what a press downloads, unpacks it into a folder, and gives the names of the run folders in it. */
export async function unpacked(page: Page, press: () => Promise<void>, folder: string): Promise<string[]> {
  const download = page.waitForEvent("download");
  await press();
  const zip = new ZipReader(new BlobReader(new Blob([await readFile(await (await download).path())])));
  const runs = new Set<string>();
  for (const entry of await zip.getEntries()) {
    if (entry.directory) continue;
    const file = path.join(folder, entry.filename);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await entry.getData(new Uint8ArrayWriter()));
    runs.add(entry.filename.split("/")[0]);
  }
  await zip.close();
  return [...runs];
}

/** Weights of a run folder, by name. */
export async function weightsOf(folder: string): Promise<Map<string, Float32Array>> {
  const { tensors } = readSafetensors(new Uint8Array(await readFile(path.join(folder, "weights.safetensors"))));
  return new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
}

/** Largest difference of two runs' weights, each tensor's as a part of its largest weight; NaN differs from everything. */
export function largestDifference(a: Map<string, Float32Array>, b: Map<string, Float32Array>): number {
  let largest = 0;
  for (const [name, values] of a) {
    const others = b.get(name)!, scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    if (others?.length !== values.length) return NaN;
    values.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - others[i]) / scale)));
    if (values.some((value, i) => Number.isNaN(value - others[i]))) return NaN;
  }
  return a.size === b.size ? largest : NaN;
}

/** The driver of the SwiftShader that the tests' own Chromium brings along; undefined where there is none beside it. */
export async function swiftShader(): Promise<string | undefined> {
  const program = await realpath(process.env.CHROMIUM!),
    driver = path.join(path.dirname(program), "vk_swiftshader_icd.json");
  for (const file of [driver, "/usr/lib/chromium/vk_swiftshader_icd.json"]) {
    if (await access(file).then(() => true, () => false)) return file;
  }
}

/** A folder as a zip file, under another name. */
export async function zipped(folder: string, name: string): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter());
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    await zip.add(path.join(name, path.relative(folder, file)), new Uint8ArrayReader(await readFile(file)));
  }
  return await zip.close();
}

/** Drops a file on the page. */
export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(([name, base64]) => {
    const transfer = new DataTransfer(), bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
    dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, [name, Buffer.from(bytes).toString("base64")] as const);
}
