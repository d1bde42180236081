/** Kills runs at random moments, by SIGKILL, and goes on with them until they end: each must end with the same sum. */
import { strict as assert } from "node:assert";
import type { MethodName } from "../../src/methods/names.ts";

const CHILD = decodeURIComponent(new URL("./kill_child.ts", import.meta.url).pathname);
const CONFIG = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);

/** What became of a child. */
interface Lived {
  /** The sum that it ended with; undefined where it was killed. */
  readonly sum?: string;
  /** Milliseconds until it trained, and from then on. */
  readonly starting: number;
  readonly training: number;
}

/**
 * Starts a child and kills it after a delay, unless it ends before.
 * @param killAfter milliseconds from its start (`starting`) or from its first step
 */
async function live(folder: string, method: MethodName, killAfter?: { starting: boolean; ms: number }): Promise<Lived> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "--config", CONFIG, CHILD, folder, method],
    env: { NO_COLOR: "1", DEBUG: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text(), begun = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined, trains = NaN, text = "";
  const kill = () => {
    timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended by itself
      }
    }, killAfter!.ms);
  };
  if (killAfter?.starting) kill();
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (!Number.isNaN(trains) || !text.includes("trains")) continue;
    trains = performance.now();
    if (killAfter && !killAfter.starting) kill();
  }
  const { success, signal } = await child.status;
  clearTimeout(timer);
  assert(success || signal === "SIGKILL", `${method}: ${await errors}`);
  const now = performance.now();
  const lived = {
    starting: (Number.isNaN(trains) ? now : trains) - begun,
    training: Number.isNaN(trains) ? 0 : now - trains,
  };
  return success ? { ...lived, sum: /ends ([0-9a-f]{64})/.exec(text)![1] } : lived;
}

/** What many kills have shown. */
export interface KillReport {
  kills: number;
  /** Kills before the first step of a process. */
  early: number;
  /** Runs that were killed at least once and went on to their end. */
  runs: number;
}

/**
 * Kills runs of some methods in turns, so often in all, at moments that are spread evenly over training; one in five over
 * the time before it. A run that gets through is compared, and another one begins.
 * @throws AssertionError where a run ends with another sum than an undisturbed one
 */
export async function killRuns(
  methods: readonly MethodName[],
  kills: number,
  random: () => number,
  say: (line: string) => void = () => {},
): Promise<KillReport> {
  const root = await Deno.makeTempDir({ prefix: "startsparse-kills-" });
  const report: KillReport = { kills: 0, early: 0, runs: 0 };
  let folders = 0;
  const fresh = async () => {
    const folder = `${root}/${folders++}`;
    await Deno.mkdir(folder);
    return folder;
  };
  try {
    for (const [index, method] of methods.entries()) {
      const straight = await live(await fresh(), method), most = Math.round((index + 1) * kills / methods.length);
      while (report.kills < most) {
        const folder = await fresh();
        let own = 0, lived: Lived = { starting: 0, training: 0 };
        while (lived.sum === undefined) {
          const starting = random() < 0.2, span = starting ? straight.starting : straight.training;
          // the last kill done, the run is let through
          lived = await live(folder, method, report.kills < most ? { starting, ms: random() * span } : undefined);
          if (lived.sum !== undefined) break;
          own++;
          report.kills++;
          if (lived.training === 0) report.early++;
        }
        assert.equal(lived.sum, straight.sum, `${method}: another result after ${own} kills, in ${folder}`);
        if (own > 0) report.runs++;
        await Deno.remove(folder, { recursive: true });
      }
      say(`${method}: ${report.kills} kills so far, ${report.early} of them before a step; ${report.runs} runs equal`);
    }
    return report;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Numbers in 0 to 1 from a seed, for moments that can be told again: xorshift32. */
export function seeded(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
