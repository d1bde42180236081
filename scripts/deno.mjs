/** The pinned Deno with the right environment: `node scripts/deno.mjs test -A test/masks`. */
import process from "node:process";
import { runForeground } from "./foreground.mjs";
import { runMain, setUp } from "./setup.mjs";

await runMain(async () => {
  const { deno, env } = setUp({ adapter: false });
  await runForeground(deno, process.argv.slice(2), { env });
});
