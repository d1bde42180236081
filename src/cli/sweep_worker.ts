/**
 * `startsparse sweep work`: a worker of the local engine. It reads hashes of cells from stdin, one a line, and writes
 * what happens to stdout as JSON, one a line. It ends with its stdin: at once where it is at a cell then, since whoever
 * started it is gone.
 */
import * as z from "zod";
import { readSweep } from "../experiment/sweep_folder.ts";
import { StateWriter } from "../experiment/sweep_state.ts";
import type { DeviceChoice } from "./context.ts";
import { EngineClient } from "./engine.ts";
import type { Host } from "../host/host.ts";
import { openOutput } from "./output.ts";
import { progressWords } from "./run_view.ts";
import { runCell } from "./sweep_cell.ts";

/** A line that a worker writes. */
export const workerLineSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), done: z.number(), words: z.string() }),
  z.object({
    kind: z.literal("end"),
    state: z.enum(["done", "failed", "stopped", "elsewhere"]),
    seconds: z.number().optional(),
    testAccuracy: z.number().optional(),
    error: z.string().optional(),
  }),
]);

/** Milliseconds between two lines of progress. */
const INTERVAL = 400;

/** Options of a worker. */
export interface WorkOptions extends DeviceChoice {
  writer: string;
}

/** Runs cells until stdin ends. @returns the exit status */
export async function workCommand(host: Host, folder: string, options: WorkOptions): Promise<number> {
  const sweep = await readSweep(host, folder), state = new StateWriter(host, folder, options.writer);
  const byHash = new Map(sweep.runs.map((run) => [run.hash, run]));
  // stdout belongs to the lines below
  const output = openOutput({ json: true, plain: true });
  const tell = (line: z.output<typeof workerLineSchema>) => output.data(JSON.stringify(line));
  const engine = new EngineClient(output);
  const view = { log: (line: string) => output.say(line), stopping: () => {}, end: () => {} };
  let busy = false;
  const orders: string[] = [];
  let wake = () => {}, ended = false;
  void (async () => {
    const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
    let rest = "";
    for await (const text of lines) {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      orders.push(...parts.filter((part) => part !== ""));
      wake();
    }
    if (busy) Deno.exit(1);
    ended = true;
    wake();
  })();
  while (true) {
    const hash = orders.shift();
    if (hash === undefined) {
      if (ended) break;
      await new Promise<void>((resolve) => wake = resolve);
      continue;
    }
    const run = byHash.get(hash);
    if (!run) {
      tell({ kind: "end", state: "failed", error: `the sweep has no run ${hash}` });
      continue;
    }
    busy = true;
    let last = -Infinity;
    const outcome = await runCell(run, {
      sweep,
      engine,
      state,
      device: options,
      view,
      onEvent(event) {
        if (event.kind !== "progress" || host.milliseconds() - last < INTERVAL) return;
        last = host.milliseconds();
        const words = `epoch ${event.epoch} of ${event.epochs} · ${progressWords(event.progress)}`;
        tell({ kind: "progress", done: event.done, words });
      },
    });
    busy = false;
    tell({ kind: "end", ...outcome });
    // After a failure the device may be beyond use: the next cell begins in another process.
    if (outcome.state === "failed" || outcome.state === "stopped") break;
  }
  engine.close();
  return 0;
}
