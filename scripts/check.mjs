/**
 * `npm run check`: format, lint, types of what runs under Deno, types of what runs in a page, and every WGSL module
 * compiles. All of it runs even if a part fails, so that one call shows everything there is to mend.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import process from "node:process";
import { root, runMain, setUp } from "./setup.mjs";

await runMain(() => {
  const { deno, env } = setUp();
  const page = ["web", "test/browser"].flatMap((folder) => typescriptFiles(folder));
  const other = ["src", "test", "scripts", "bench", "examples"].flatMap((folder) => typescriptFiles(folder))
    .filter((file) => !page.includes(file));
  const steps = [
    ["format (npm run fmt mends it)", ["fmt", "--check", "--quiet"]],
    ["lint", ["lint", "--quiet"]],
    ["types, Deno", ["check", "--quiet", ...other, "vite.config.ts"]],
    ["types, page", ["check", "--quiet", "--config", "deno.page.json", ...page]],
    ["shaders", ["run", "-A", "--no-prompt", "scripts/check_shaders.ts"]],
  ];
  let failed = 0;
  for (const [name, args] of steps) {
    const started = performance.now();
    const { status } = spawnSync(deno, args, { cwd: root, env, stdio: "inherit" });
    if (status !== 0) failed++;
    console.log(
      `${status === 0 ? "ok    " : "FAILED"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    );
  }
  process.exitCode = failed > 0 ? 1 : 0;
});

function typescriptFiles(folder) {
  const start = path.join(root, folder);
  if (!fs.existsSync(start)) return [];
  return fs.readdirSync(start, { recursive: true }).filter((file) =>
    /\.tsx?$/.test(file) && !file.includes("node_modules")
  )
    .map((file) => path.join(folder, file)).sort();
}
