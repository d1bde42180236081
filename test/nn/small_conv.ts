/** A network with every kind of layer that can be packed, small enough to be trained again and again. */
import { ModelBuilder } from "../../src/nn/builder.ts";

/** Convolutions with batch norm, a strided one beside a 1×1 shortcut, and a linear layer; 3×8×8 images, 5 classes. */
export const smallConv = (() => {
  const b = new ModelBuilder("small conv", [3, 8, 8]);
  const first = b.relu(b.batchNorm(b.conv(b.input, "conv1", { channels: 12, kernel: 3, pad: 1 }), "bn1"));
  const second = b.batchNorm(b.conv(first, "conv2", { channels: 16, kernel: 3, pad: 1, stride: 2 }), "bn2");
  const shortcut = b.conv(first, "shortcut", { channels: 16, kernel: 1, stride: 2 });
  b.linear(b.globalPool(b.relu(b.add(second, shortcut))), "fc", 5);
  return b.finish();
})();
