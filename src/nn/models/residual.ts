/** The two blocks of residual networks. Their parameters register as PyTorch's modules do: the shortcut comes last. */
import type { ModelBuilder, NodeIndex } from "../builder.ts";
import type { Init } from "../model.ts";

/** A block: where its modules' names begin, its channels, its stride, and how its weights start. */
export interface BlockOptions {
  readonly name: string;
  /** Of the 3 × 3 convolutions. */
  readonly channels: number;
  /** Of the first 3 × 3 convolution, and of the shortcut. */
  readonly stride: number;
  readonly init?: Init;
}

/** Channels that a bottleneck gives for one of its 3 × 3 convolution. */
export const EXPANSION = 4;

/** relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x)) with 3 × 3 convolutions. */
export function basicBlock(b: ModelBuilder, x: NodeIndex, options: BlockOptions): NodeIndex {
  const { name, channels, stride, init } = options;
  const first = b.conv(x, `${name}.conv1`, { channels, kernel: 3, stride, pad: 1, init });
  const middle = b.relu(b.batchNorm(first, `${name}.bn1`));
  const second = b.conv(middle, `${name}.conv2`, { channels, kernel: 3, pad: 1, init });
  const main = b.batchNorm(second, `${name}.bn2`);
  return b.relu(b.add(main, shortcut(b, x, channels, options)));
}

/** 1 × 1, 3 × 3 (which has the stride) and 1 × 1 to four times the channels, and the shortcut around them. */
export function bottleneck(b: ModelBuilder, x: NodeIndex, options: BlockOptions): NodeIndex {
  const { name, channels, stride, init } = options;
  const wide = EXPANSION * channels;
  const first = b.relu(b.batchNorm(b.conv(x, `${name}.conv1`, { channels, kernel: 1, init }), `${name}.bn1`));
  const second = b.conv(first, `${name}.conv2`, { channels, kernel: 3, stride, pad: 1, init });
  const middle = b.relu(b.batchNorm(second, `${name}.bn2`));
  const third = b.conv(middle, `${name}.conv3`, { channels: wide, kernel: 1, init });
  const main = b.batchNorm(third, `${name}.bn3`);
  return b.relu(b.add(main, shortcut(b, x, wide, options)));
}

/** x itself, or where the block changes its size a 1 × 1 convolution with batch norm. */
function shortcut(
  b: ModelBuilder,
  x: NodeIndex,
  channels: number,
  { name, stride, init }: BlockOptions,
): NodeIndex {
  if (stride === 1 && b.size(x)[0] === channels) return x;
  return b.batchNorm(b.conv(x, `${name}.shortcut.0`, { channels, kernel: 1, stride, init }), `${name}.shortcut.1`);
}
