/** ResNet-20 for small images, with 1 × 1 projections on downsampling blocks (open_lth's variant). */
import { ModelBuilder, type NodeIndex } from "../builder.ts";
import type { Init, Model, Size } from "../model.ts";

const INIT: Init = { name: "kaiming-normal", mode: "fan_in" };

/** 272,474 parameters on 32 × 32 × 3 with 10 classes. */
export function resnet20(input: Size, classes: number): Model {
  const b = new ModelBuilder("resnet20", input);
  const block = (x: NodeIndex, name: string, channels: number, stride: number) => {
    const first = b.conv(x, `${name}.conv1`, { channels, kernel: 3, stride, pad: 1, init: INIT });
    const middle = b.relu(b.batchNorm(first, `${name}.bn1`));
    const second = b.conv(middle, `${name}.conv2`, { channels, kernel: 3, pad: 1, init: INIT });
    const main = b.batchNorm(second, `${name}.bn2`);
    let shortcut = x;
    if (stride !== 1 || b.size(x)[0] !== channels) {
      const projection = b.conv(x, `${name}.shortcut.0`, { channels, kernel: 1, stride, init: INIT });
      shortcut = b.batchNorm(projection, `${name}.shortcut.1`);
    }
    return b.relu(b.add(main, shortcut));
  };
  let x = b.relu(b.batchNorm(b.conv(b.input, "conv", { channels: 16, kernel: 3, pad: 1, init: INIT }), "bn"));
  for (let i = 0; i < 9; i++) x = block(x, `blocks.${i}`, 16 << Math.floor(i / 3), i === 3 || i === 6 ? 2 : 1);
  b.linear(b.globalPool(x), "fc", classes, { init: INIT });
  return b.finish();
}
