/** The data sets that the command line has imported on this machine, for the page that is served from it. */
import { readdir, stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import process from "node:process";

/** The folder of imported data sets: the same that `src/host/deno.ts` and `src/data/cache.ts` find. */
export function importedFolder() {
  const xdg = process.env.XDG_CACHE_HOME;
  return path.join(xdg?.startsWith("/") ? xdg : path.join(os.homedir(), ".cache"), "startsparse/datasets");
}

/**
 * The sets that are whole (unfinished ones have names with a dot), with the sizes of their files; as
 * `src/host/served_cache.ts` reads them.
 *
 * @returns {Promise<{ name: string, files: Record<string, number> }[]>}
 */
export async function servedSets() {
  const folder = importedFolder();
  /** @type {{ name: string, files: Record<string, number> }[]} */
  const sets = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
    /** @type {Record<string, number>} */
    const files = {};
    for (const file of await readdir(path.join(folder, entry.name))) {
      files[file] = (await stat(path.join(folder, entry.name, file))).size;
    }
    if ("info.json" in files) sets.push({ name: entry.name, files });
  }
  return sets.sort((a, b) => a.name < b.name ? -1 : 1);
}
