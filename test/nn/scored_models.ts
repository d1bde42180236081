/** The networks of test/golden/scores.py. */
import { ModelBuilder } from "../../src/nn/builder.ts";

/** Batch norm, max pooling, a strided block with a 1×1 shortcut, one around which the sum goes unchanged; 3×8×8, 5 classes. */
export const residual = (() => {
  const b = new ModelBuilder("residual", [3, 8, 8]);
  const conv = (x: number, n: string, channels: number, kernel = 3, stride = 1) =>
    b.conv(x, n, { channels, kernel, stride, pad: kernel >> 1 });
  const first = b.maxPool(b.relu(b.batchNorm(conv(b.input, "conv1", 8), "bn1")), 2);
  const second = b.relu(b.batchNorm(conv(first, "conv2", 8), "bn2"));
  const third = b.batchNorm(conv(second, "conv3", 12, 3, 2), "bn3");
  const joined = b.relu(b.add(third, b.batchNorm(conv(first, "shortcut", 12, 1, 2), "bn4")));
  const last = b.relu(b.add(b.relu(b.batchNorm(conv(joined, "conv5", 12), "bn5")), joined));
  b.linear(b.globalPool(last), "fc", 5);
  return b.finish();
})();

/** No batch norm: convolutions with biases, an overlapping max pool, two linear layers; 3×8×8, 5 classes. */
export const chain = (() => {
  const b = new ModelBuilder("chain", [3, 8, 8]);
  const conv = (x: number, n: string, channels: number) => b.conv(x, n, { channels, kernel: 3, pad: 1, bias: true });
  const pooled = b.maxPool(b.relu(conv(b.input, "conv1", 6)), 3, { stride: 2, pad: 1 });
  const flat = b.flatten(b.relu(conv(pooled, "conv2", 8)));
  b.linear(b.relu(b.linear(flat, "fc1", 12)), "fc2", 5);
  return b.finish();
})();
