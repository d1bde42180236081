/** What `npm run test:kills` runs: see scripts/kills.mjs. */
import { METHOD_NAMES } from "../../src/methods/names.ts";
import { killRuns, seeded } from "./kills.ts";

const [kills = 200, seed = Date.now() % 1_000_000_007] = Deno.args.map(Number);
console.log(`${kills} kills, seed ${seed}`);
const begun = performance.now();
const report = await killRuns(METHOD_NAMES, kills, seeded(seed), (line) => console.log(line));
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(`${report.kills} kills of ${report.runs} runs: all ended with the same bits (${seconds} s)`);
