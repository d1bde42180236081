/** Starts the real command line in a process of its own, as the launcher does. */
import { strict as assert } from "node:assert";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url);
const CONFIG = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);

/** What a command left behind. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Settings of a run that is over in a second: a perceptron on a few images. */
export const TINY = ["mlp", "model.widths=[16]", "data.limit=256", "train.epochs=1", "train.batch=64"];

/** The process of a command; its output is piped. `folder` is where it works. */
export function start(args: readonly string[], folder?: string, env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "--config", CONFIG, MAIN.href, ...args],
    cwd: folder,
    env: { NO_COLOR: "1", DEBUG: "", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a command to its end. */
export async function startsparse(
  args: readonly string[],
  folder?: string,
  env?: Record<string, string>,
): Promise<Ended> {
  const { code, stdout, stderr } = await start(args, folder, env).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A folder that is gone after the test. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "startsparse-cli-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One clear message on stderr and nothing that looks like a program's inside. */
export function assertClearError(ended: Ended, message: RegExp, code = 1): void {
  const all = `${ended.stdout}\n${ended.stderr}`;
  assert.equal(ended.code, code, all);
  assert.equal(ended.stderr.match(/^error: /gm)?.length, 1, all);
  assert.match(ended.stderr, message);
  assert.doesNotMatch(all, /^\s+at |\.ts:\d|this is a bug|Uncaught/im, all);
}
