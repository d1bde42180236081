/**
 * All tests: `npm test` (`npm run test:full` in their long form), or one part with `npm run test:unit [-- paths and flags of deno test]`,
 * `npm run test:methods` (methods and scores, in their long form), `npm run test:slurm` (sweeps on a real cluster) and `npm run test:browser [-- paths and flags of playwright test]`, which includes the tests with `@full` in their title that `npm test` leaves out. The parts run one after the other, since each wants the
 * GPU, or all cores where the GPU is emulated; unit tests that are not asked for by name run by folders, several at a time. Counts come from the runners' own reports, never from their screens.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import process from "node:process";
import { root, runMain, setUp } from "./setup.mjs";
import { runGroups } from "./test_groups.mjs";

const PARTS = { unit: runUnit, browser: runBrowser };
/** Parts of the unit tests that have commands of their own: always in their long form. */
const LONG = { methods: ["test/methods"], slurm: ["test/slurm"] };

await runMain(async () => {
  let [part, ...args] = process.argv.slice(2);
  if (part !== undefined && part !== "full" && !(part in LONG) && !(part in PARTS)) {
    const known = [...Object.keys(PARTS), ...Object.keys(LONG), "full"];
    console.error(`startsparse: no such part of the tests: "${part}". There are: ${known.join(", ")}.`);
    process.exit(1);
  }
  // Tests with a long and a short form read this.
  if (part === "full" || part in LONG) process.env.STARTSPARSE_TEST = "full";
  if (part in LONG) [part, args] = ["unit", [...LONG[part], ...args]];
  const parts = part === undefined || part === "full" ? Object.keys(PARTS) : [part];
  const flags = (name) => part === undefined && name === "browser" ? ["--grep-invert", "@full"] : args;
  const tools = setUp({ browser: parts.includes("browser") });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "startsparse-test-"));
  const results = [];
  try {
    for (const name of parts) {
      const started = performance.now();
      const counts = await PARTS[name](tools, folder, flags(name));
      results.push({ name, ...counts, seconds: (performance.now() - started) / 1000 });
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const total = results.reduce(added);
  console.log("");
  for (const result of results) console.log(`${result.name}: ${summary(result)} (${result.seconds.toFixed(1)} s)`);
  console.log(summary(total));
  // A run that tests nothing has not passed.
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
});

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : "");
}

/** Everything but test/browser, under Deno; what is asked for by name stands on the screen as Deno prints it. */
async function runUnit({ deno, env }, folder, args) {
  if (args.length === 0) {
    const groups = await runGroups({ deno, env }, folder);
    return groups.map(({ status, report }) => honest(countJunit(report), status)).reduce(added);
  }
  const report = path.join(folder, "deno.xml");
  const status = spawnSync(deno, ["test", "-A", "--no-prompt", `--junit-path=${report}`, ...args], {
    cwd: root,
    // kernel plans of tests do not go by what this machine was tuned to
    env: { ...env, STARTSPARSE_KEPT: path.join(folder, "kept") },
    stdio: "inherit",
  }).status;
  return honest(countJunit(report), status);
}

/** test/browser, in a headless Chromium under Playwright. */
function runBrowser({ env }, folder, args) {
  const report = path.join(folder, "playwright.json");
  const cli = path.join(root, "node_modules/@playwright/test/cli.js");
  const status = spawnSync(process.execPath, [cli, "test", "--config", "test/browser/playwright.config.ts", ...args], {
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    stdio: "inherit",
  }).status;
  return honest(countPlaywright(report), status);
}

function added(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A runner that failed without naming a test (a file that does not load, a crash) counts as one failure. */
function honest(counts, status) {
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countJunit(file) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!fs.existsSync(file)) return counts;
  for (const [, suite] of fs.readFileSync(file, "utf8").matchAll(/<testsuite\b[^>]*>([\s\S]*?)<\/testsuite>/g)) {
    const tests = [];
    for (const [, name, body] of suite.matchAll(/<testcase name="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g)) {
      // The steps of a test follow as cases of their own, named "test > step": the test stands for them.
      if (tests.some((test) => name.startsWith(`${test} &gt; `))) continue;
      tests.push(name);
      if (/<(failure|error)\b/.test(body)) counts.failed++;
      else if (/<skipped\b/.test(body)) counts.skipped++;
      else counts.passed++;
    }
  }
  return counts;
}

function countPlaywright(file) {
  if (!fs.existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const { stats } = JSON.parse(fs.readFileSync(file, "utf8"));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}
