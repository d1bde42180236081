/** The words of drops: what was dropped, how far taking it is, and what is wrong with it. */
import { formatInteger } from "../bytes.ts";
import type { Progress } from "../data/importers/session.ts";
import type { Recognised } from "../data/recognised.ts";
import { HEADING_END } from "../data/recognise_words.ts";
import type { UserError } from "../errors.ts";
import type { DropProblem } from "./storage_types.ts";

/** Bytes as the names of downloads give them: "170 MB", "5.3 MB", "12 kB". */
export function megabytes(bytes: number): string {
  const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${short(value)} ${unit}`;
}

const short = (value: number) => value >= 10 ? String(Math.round(value)) : value.toFixed(1);

/** "84 of 170 MB" */
export function megabytesOf(done: number, total: number): string {
  const whole = megabytes(total), [, unit] = whole.split(" ");
  const part = done / { GB: 1e9, MB: 1e6, kB: 1e3 }[unit]!;
  return `${total / { GB: 1e9, MB: 1e6, kB: 1e3 }[unit]! >= 10 ? Math.round(part) : part.toFixed(1)} of ${whole}`;
}

/** "CIFAR-10 binary, 60,000 images, 170 MB, needs 184 MB of storage" */
export function datasetSentence({ words, images, classes, needs, format }: Recognised, bytes: number): string {
  return [
    words,
    ...images === undefined ? [] : [`${formatInteger(images)} images`],
    ...classes === undefined || format !== "image-folder" ? [] : [`${formatInteger(classes)} classes`],
    megabytes(bytes),
    needs === undefined ? "storage needed is told by reading it" : `needs ${megabytes(needs)} of storage`,
  ].join(", ");
}

/** "Reading cifar-10-binary.tar.gz: 84 of 170 MB" */
export function readingText(
  source: string,
  { phase, done, total, unit }: Progress,
  read: number,
  bytes: number,
): string {
  const verb = ({ check: "Checking", list: "Listing", sort: "Sorting" } as Record<string, string>)[phase] ?? "Reading";
  if (phase === "sort" || phase === "list") {
    return `${verb} ${source}: ${formatInteger(done)}${
      total === undefined ? "" : ` of ${formatInteger(total)}`
    } ${unit}`;
  }
  return `${verb} ${source}: ${megabytesOf(Math.min(read, bytes), bytes)}`;
}

const NOTHING = "Nothing was changed.";

/** Heading and body of the state "Bad file" from what reading it has refused. */
export function problemOf(error: UserError, source: string): DropProblem {
  const { message, hint } = error, end = message.indexOf(HEADING_END);
  if (end >= 0) return { heading: message.slice(0, end), body: message.slice(end + HEADING_END.length), hint };
  return {
    heading: `${source} cannot be used`,
    body: `${sentence(message)} ${NOTHING}`,
    hint,
  };
}

/** With a capital and a full stop; a file's name at the beginning stays as it is. */
function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
