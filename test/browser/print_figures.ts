/** The Deno side of results.spec.ts: prints what a file of results gives, as JSON: figures' files by key, the table, CSV. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { openDropped } from "../../src/worker/opened_results.ts";
import { ResultSet } from "../../src/worker/result_set.ts";

const [, , path] = process.argv, name = path.split("/").at(-1)!;
const files = await openDropped([{ path: name, file: new File([await readFile(path)], name) }]);
const set = await ResultSet.open("deno", name, files, [""]), query = { interval: "t", hidden: [] } as const;
const figures: Record<string, string> = {};
for (const { key, name } of await set.figures(query)) figures[name] = await set.draw(query, key, "file");
console.log(JSON.stringify({ figures, table: set.table(query), csv: set.text(query, "csv", "groups") }));
