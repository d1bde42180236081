/** `npm run bench:peers`: installs the peers in bench/ where they are missing, then compares (bench/peers/main.ts). */
import process from "node:process";
import { runForeground } from "./foreground.mjs";
import { installPeers, runMain, setUp } from "./setup.mjs";

await runMain(async () => {
  const { deno, env } = setUp();
  const args = process.argv.slice(2);
  if (!args.includes("--help") && !args.includes("-h")) installPeers(env);
  await runForeground(deno, ["run", "-A", "--no-prompt", "bench/peers/main.ts", ...args], { env });
});
