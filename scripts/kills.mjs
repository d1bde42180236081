/**
 * `npm run test:kills [-- kills [seed]]`: kills short runs of every method by SIGKILL at random moments, 200 times in all,
 * and goes on with each; all must end with the bits of an undisturbed run.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { root, runMain, setUp } from "./setup.mjs";

await runMain(() => {
  const { deno, env } = setUp({ browser: false });
  const args = ["run", "-A", "--no-prompt", "--no-check", "test/experiment/kill_many.ts", ...process.argv.slice(2)];
  process.exitCode = spawnSync(deno, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
});
