/**
 * Unit tests by the folders of `test/`, each in a process of its own and several at a time: most of their time is
 * compilation of kernels and steps of small networks, which keep one core busy. Processes share neither signals nor
 * environment, which tests change.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import process from "node:process";
import { root } from "./setup.mjs";

/** Those that take longest are begun first, so that none is left alone at the end. */
const FIRST = ["train", "ops", "experiment", "cli", "methods"];
/** Run by Playwright; data of tests. */
const OTHERS = ["browser", "golden"];
/** More would share one GPU, or one emulated on these cores. */
const MOST_JOBS = 4;

/** A folder of tests, or the types of all. */
function groupsOf() {
  const isTest = (file) => file.endsWith("_test.ts");
  const folders = fs.readdirSync(path.join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHERS.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => fs.readdirSync(path.join(root, "test", name), { recursive: true }).some(isTest));
  const place = (name) => FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
  const tests = folders.sort((a, b) => place(a) - place(b)).map((name) => ({
    name: `test/${name}`,
    args: (report) => ["test", "-A", "--no-prompt", "--no-check", `--junit-path=${report}`, `test/${name}`],
  }));
  return [...tests, { name: "types", args: () => ["check", "--quiet", ...folders.map((name) => `test/${name}`)] }];
}

/**
 * Runs all of them. What the one that has run longest prints is seen at once, that of the others when its turn comes.
 *
 * @param folder for reports and what tests keep
 * @returns of each its name, its exit status and the path of its report
 */
export async function runGroups({ deno, env }, folder) {
  const waiting = groupsOf(), running = [], results = [];
  const show = () => {
    for (const group of [...running]) {
      for (const chunk of group.printed.splice(0)) process.stdout.write(chunk);
      if (!group.ended) return;
      running.splice(running.indexOf(group), 1);
    }
  };
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, args } = next, report = path.join(folder, `${name.replace("/", "-")}.xml`);
      const group = { printed: [`\n${name}\n`], ended: false };
      running.push(group);
      show();
      const status = await new Promise((resolve, reject) => {
        // kernel plans of tests do not go by what this machine was tuned to, nor by one another's
        const kept = path.join(folder, `kept-${name.replace("/", "-")}`);
        const child = spawn(deno, args(report), {
          cwd: root,
          env: { ...env, STARTSPARSE_KEPT: kept },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const add = (chunk) => {
          group.printed.push(chunk);
          show();
        };
        child.stdout.on("data", add);
        child.stderr.on("data", add);
        child.on("error", reject);
        child.on("close", (code) => resolve(code ?? 1));
      });
      group.ended = true;
      show();
      results.push({ name, status, report });
    }
  };
  const jobs = Math.max(1, Math.min(MOST_JOBS, os.cpus().length));
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
