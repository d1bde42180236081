/** The data sets that there are. Each is a folder of its name with a `manifest.json`; a new one is a line here. */
import { closest } from "fastest-levenshtein";
import { UserError } from "../errors.ts";

const NAMES = ["fashion-mnist-10k"];

/** The names that {@link import("./embedded.ts").loadDataset} takes. */
export function datasetNames(): readonly string[] {
  return NAMES;
}

/** @throws UserError with the nearest known name, when `name` is no data set */
export function checkDatasetName(name: string): void {
  if (NAMES.includes(name)) return;
  throw new UserError(`unknown data set "${name}": did you mean "${closest(name, NAMES)}"?`, {
    hint: `Known data sets: ${NAMES.join(", ")}.`,
  });
}
