/** Words for files that are not as they should be, and known archives by their size. */
import { formatInteger } from "../bytes.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { type DatasetEntry, knownDataset } from "./registry.ts";

/** A file that ends early. */
export interface Cut {
  readonly file: string;
  readonly bytes: number;
  /** Absent where that is not known. */
  readonly expected?: number;
}

/** What stands between the heading and the body of a message. */
export const HEADING_END = " · ";

/** "train.bin is cut short · 30,720,000 of 30,730,000 bytes. Nothing was changed." */
export function cutShort({ file, bytes, expected }: Cut): UserError {
  const body = expected === undefined
    ? `${formatInteger(bytes)} bytes, and its end is missing.`
    : `${formatInteger(bytes)} of ${formatInteger(expected)} bytes.`;
  return new UserError(`${file} is cut short${HEADING_END}${body} Nothing was changed.`, {
    hint: "Copy or download it again.",
  });
}

/** The known set whose archive has the size of this file: which it is, is told by its sum when it is read. */
export async function knownByArchive(
  host: Pick<Host, "stat">,
  source: string,
  name: string,
): Promise<DatasetEntry | undefined> {
  const entry = knownDataset(name), size = (await host.stat(source))?.size;
  return entry?.files.length === 1 && entry.files[0].bytes === size ? entry : undefined;
}
