/** A competitor's own process: answers the comparison's questions, one JSON line each, until its input ends. */
import { readSafetensors, writeSafetensors } from "../../src/formats/safetensors.ts";
import type { Competitor, PreparedWork } from "./competitor.ts";
import type { Answer, Checked, Prepared, Question, Timed } from "./protocol.ts";

/** Starts the library and answers until standard input ends. What the library itself prints goes to stderr. */
export async function serve(start: () => Promise<Competitor>): Promise<void> {
  console.log = console.info = console.debug = console.error;
  let competitor: Competitor | undefined, work: PreparedWork | undefined;
  const answer = async (question: Question): Promise<unknown> => {
    competitor ??= await start();
    switch (question.ask) {
      case "hello":
        return competitor.greeting;
      case "prepare": {
        work?.free();
        work = undefined;
        const { tensors } = readSafetensors(await Deno.readFile(question.inputs), question.inputs);
        work = await competitor.prepare(question.work, tensors);
        return { how: work.how, precision: work.precision } satisfies Prepared;
      }
      case "check": {
        const before = performance.now();
        const results = await prepared(work).results();
        const firstMs = performance.now() - before;
        await Deno.writeFile(question.results, writeSafetensors(results));
        return { firstMs } satisfies Checked;
      }
      case "time": {
        const before = performance.now();
        await prepared(work).run(question.times);
        return { wallMs: performance.now() - before } satisfies Timed;
      }
      case "free":
        work?.free();
        work = undefined;
        return null;
    }
  };
  for await (const line of lines(Deno.stdin.readable)) {
    let said: Answer;
    try {
      said = { ok: await answer(JSON.parse(line)) };
    } catch (error) {
      console.error(error);
      said = { error: error instanceof Error ? error.message : String(error) };
    }
    Deno.stdout.writeSync(
      new TextEncoder().encode(`${JSON.stringify(said)}\n`),
    );
  }
  // Devices and their threads may outlive the loop.
  Deno.exit(0);
}

function prepared(work: PreparedWork | undefined): PreparedWork {
  if (!work) throw new Error("no work has been prepared");
  return work;
}

/** The lines of a stream of bytes. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== "") yield rest;
}
