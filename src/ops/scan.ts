/** Exclusive scans of counts: whole numbers, so that no order of addition shows. */
import { FLAT, flatKernel } from "../gpu/flat.ts";
import { flatGrid, type Operand, type Recorder } from "../gpu/recorder.ts";
import partsText from "../../shaders/pattern/scan_parts.wgsl" with { type: "text" };
import scanText from "../../shaders/pattern/scan.wgsl" with { type: "text" };
import spreadText from "../../shaders/pattern/scan_spread.wgsl" with { type: "text" };

const partsKernel = flatKernel(partsText);
const spreadKernel = flatKernel(spreadText);

/** Values that one invocation adds up (fixed in scan_parts.wgsl and scan_spread.wgsl). */
const PART = 64;
/** Most values that one workgroup scans by itself. */
const ALONE = 16_384;

/** Records values[i] = Σ values[0 … i − 1] in place, over `count` u32, and totals[slot] = Σ of all. */
export function recordScan(
  recorder: Recorder,
  values: Operand,
  count: number,
  totals: Operand,
  slot: number,
): void {
  const alone = (values: Operand, count: number) =>
    recorder.dispatch("scan", scanText, { values, totals }, { count, slot }, [1, 1, 1]);
  if (count <= ALONE) return alone(values, count);
  const parts = Math.ceil(count / PART), grid = flatGrid(parts, FLAT);
  const sums = recorder.tensor("sums to scan", 4 * parts);
  recorder.dispatch("scanParts", partsKernel, { values, parts: sums }, { count, parts }, grid);
  alone(sums, parts);
  recorder.dispatch("scanSpread", spreadKernel, { parts: sums, values }, { count, parts }, grid);
}
