/** ResNet-20, 32 and 56 for small images: 16, 32 and 64 channels, 1 × 1 projections on downsampling blocks (open_lth's). */
import { ModelBuilder } from "../builder.ts";
import type { Init, Model, Size } from "../model.ts";
import { requireHalvings, scaled } from "./sizes.ts";
import { basicBlock } from "./residual.ts";

const INIT: Init = { name: "kaiming-normal", mode: "fan_in" };
const CHANNELS = [16, 32, 64] as const;
/** Blocks of each of the three stages. */
const BLOCKS = { resnet20: 3, resnet32: 5, resnet56: 9 } as const;

/** Names of the family. */
export type CifarResNetName = keyof typeof BLOCKS;

/**
 * The small residual networks; ResNet-20 has 272,474 parameters on 32 × 32 × 3 with 10 classes.
 * @param width multiplies all channels
 * @throws {UserError} for images below 3 × 3
 */
export function cifarResNet(name: CifarResNetName, input: Size, classes: number, width = 1): Model {
  requireHalvings(name, input, CHANNELS.length - 1);
  const b = new ModelBuilder(name, input);
  const [stem] = CHANNELS.map((channels) => scaled(channels, width));
  let x = b.relu(b.batchNorm(b.conv(b.input, "conv", { channels: stem, kernel: 3, pad: 1, init: INIT }), "bn"));
  let index = 0;
  CHANNELS.forEach((channels, stage) => {
    for (let block = 0; block < BLOCKS[name]; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = basicBlock(b, x, { name: `blocks.${index++}`, channels: scaled(channels, width), stride, init: INIT });
    }
  });
  b.linear(b.globalPool(x), "fc", classes, { init: INIT });
  return b.finish();
}
