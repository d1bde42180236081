/** A few samples of a data set as a split of their own, in memory. */
import { copySample, type Split } from "./dataset.ts";

/**
 * Copies samples out of splits.
 * @param splits their samples are numbered one split after the other
 * @param values numbers of a sample: pixels, or a table's features
 */
export function takeSamples(splits: readonly Split[], indices: ArrayLike<number>, values: number): Split {
  const isTable = splits[0].images instanceof Float32Array, bytes = isTable ? 4 * values : values;
  const all = new Uint8Array(indices.length * bytes), labels = new Uint16Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    let s = 0, index = indices[i];
    while (s < splits.length && index >= splits[s].count) index -= splits[s++].count;
    if (s === splits.length) throw new RangeError(`there is no sample ${indices[i]}`);
    copySample(splits[s], index, bytes, all.subarray(i * bytes, (i + 1) * bytes));
    labels[i] = splits[s].labels[index];
  }
  return { images: isTable ? new Float32Array(all.buffer) : all, labels, count: indices.length };
}
