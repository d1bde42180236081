import { tapsOf } from "./layer.ts";
import { keeps, type Mask } from "./mask.ts";

/** Kept weights that read each input channel, and kept weights of each output channel; 0 is a dead channel. */
export function degrees(mask: Mask): { inputs: Uint32Array; outputs: Uint32Array } {
  const taps = tapsOf(mask.shape);
  const outputs = new Uint32Array(mask.shape[0]);
  const inputs = new Uint32Array(mask.shape[1]);
  let index = 0;
  for (let o = 0; o < outputs.length; o++) {
    for (let i = 0; i < inputs.length; i++) {
      let kept = 0;
      for (let t = 0; t < taps; t++) kept += +keeps(mask, index++);
      outputs[o] += kept;
      inputs[i] += kept;
    }
  }
  return { inputs, outputs };
}
