/** `startsparse data get` and `verify`: work that takes a while, shown as it goes and stopped cleanly by Ctrl-C. */
import type { CachedInfo } from "../data/cache.ts";
import { datasetFolder } from "../data/cache.ts";
import { getDataset, type GetOptions } from "../data/get.ts";
import { verifyDataset } from "../data/verify.ts";
import { UserError } from "../errors.ts";
import { byteWords } from "../bytes.ts";
import { formatInteger } from "../experiment/results_numbers.ts";
import type { Host } from "../host/host.ts";
import { cachedBytes, shapeWords } from "./data.ts";
import { DataView } from "./data_view.ts";
import { Interruption } from "./interrupt.ts";
import type { ListOptions } from "./lists.ts";
import { debugging, jsonText, openOutput, type Output } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Options of `data get`. */
export interface DataGetOptions
  extends Pick<GetOptions, "from" | "format" | "size" | "label" | "testFraction" | "seed"> {
  force?: boolean;
  json?: boolean;
}

/** Brings a data set in. @returns the exit status */
export async function dataGetCommand(host: Host, name: string, options: DataGetOptions): Promise<number> {
  const { json, ...rest } = options;
  const output = openOutput({ json, plain: debugging() });
  let info: CachedInfo | undefined;
  const exitCode = await working(output, async (view, signal) => {
    info = await getDataset(name, host, { ...rest, signal, onProgress: (progress) => view.show(progress) });
  });
  if (exitCode !== undefined) return exitCode;
  const { train, test, shape, classes, notes, sampleKind } = info!, folder = datasetFolder(host, name);
  const units = sampleKind === "u8" ? "images" : "rows";
  const counts = `${formatInteger(train)} training and ${formatInteger(test)} test ${units}`;
  const rows = [
    [name, `${counts} of ${shapeWords(shape)}, ${formatInteger(classes.length)} classes`],
    ["kept in", `${folder} (${byteWords(cachedBytes(info!))})`],
    ["train on it", `startsparse run ${sampleKind === "u8" ? "lab" : "mlp"} data.name=${name}`],
  ];
  for (const line of alignColumns(rows)) output.say(line);
  for (const note of notes) for (const line of wrapText(`note: ${note}`, output.columns, "  ")) output.say(line);
  if (json) output.data(jsonText({ folder, ...info }));
  return 0;
}

/** Compares a data set with its sums. @returns the exit status */
export async function dataVerifyCommand(host: Host, name: string, { json }: ListOptions): Promise<number> {
  const output = openOutput({ json, plain: debugging() });
  let found: Awaited<ReturnType<typeof verifyDataset>> | undefined;
  const exitCode = await working(output, async (view, signal) => {
    found = await verifyDataset(name, host, (progress) => {
      if (signal.aborted) throw new UserError(`data set ${name} was not read as a whole, so nothing is known of it`);
      view.show(progress);
    });
  });
  if (exitCode !== undefined) return exitCode;
  const { fingerprint, perClass, bytes } = found!;
  const spread = (counts: readonly number[]) => {
    const least = Math.min(...counts), most = Math.max(...counts);
    return `${formatInteger(least)}${least === most ? "" : ` to ${formatInteger(most)}`}`;
  };
  output.say(`${name} is as it should be: ${byteWords(bytes)} read`);
  output.say(`${spread(perClass.train)} training and ${spread(perClass.test)} test samples a class`);
  output.say(`fingerprint ${fingerprint}`);
  if (json) output.data(jsonText(found));
  return 0;
}

/**
 * Does work that a signal stops. A second signal ends the program at once.
 * @returns the exit status after a signal; `undefined` when the work was done
 */
async function working(
  output: Output,
  work: (view: DataView, signal: AbortSignal) => Promise<void>,
): Promise<number | undefined> {
  const view = new DataView(output), abort = new AbortController();
  const interruption = new Interruption({
    stop: () => abort.abort(),
    endNow: (exitCode) => {
      view.end();
      output.complain("ended at once: startsparse data list shows what is left of it");
      Deno.exit(exitCode);
    },
  });
  const unlisten = interruption.listen();
  try {
    await work(view, abort.signal);
    // What was asked for is done, signal or not.
    return undefined;
  } catch (error) {
    view.end();
    if (interruption.exitCode === undefined || !(error instanceof UserError)) throw error;
    output.complain(`interrupted: ${error.message}`);
    output.complain(error.hint ?? "The same command begins again.");
    return interruption.exitCode;
  } finally {
    view.end();
    unlisten();
  }
}
