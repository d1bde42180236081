/** The test part of a source that has none of its own. */
import { UserError } from "../../errors.ts";
import { splitIndices } from "../../random/order.ts";
import type { ImportSession } from "./session.ts";

/**
 * Splits samples into a training and a test part, each class giving its share.
 * @throws UserError when a part would be empty
 */
export function splitForTest(
  session: ImportSession,
  labels: ArrayLike<number>,
  fallback?: number,
): { train: Uint32Array; test: Uint32Array } {
  const { testFraction = fallback ?? 0, seed = 0 } = session.options;
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new UserError(`test fraction ${testFraction}: expected a number above 0 and below 1`);
  }
  const { train, validation } = splitIndices(labels, testFraction, seed);
  if (train.length === 0 || validation.length === 0) {
    throw new UserError(
      `${session.source}: a test fraction of ${testFraction} of ${labels.length} samples leaves ${train.length} to ` +
        `train and ${validation.length} to test on`,
    );
  }
  return { train, test: validation };
}
