/** The networks whose steps are compared. */
import { ModelBuilder } from "../../src/nn/builder.ts";
import type { Model, Size } from "../../src/nn/model.ts";
import { buildModel } from "../../src/nn/registry.ts";

/** Channels of the small net's convolutions. */
const SMALL_CHANNELS = [32, 64, 64];

/** A network by its name: `convnet`, or one of the registry. */
export function peerModel(name: string, input: Size, classes: number): Model {
  return name === "convnet" ? convnet(input, classes) : buildModel({ name }, input, classes);
}

/** Three times 3×3 convolution, ReLU and 2×2 max pool, then a linear layer: what a tutorial begins with. */
function convnet(input: Size, classes: number): Model {
  const b = new ModelBuilder("convnet", input);
  let x = b.input;
  SMALL_CHANNELS.forEach((channels, i) => {
    x = b.maxPool(
      b.relu(
        b.conv(x, `conv${i + 1}`, { channels, kernel: 3, pad: 1, bias: true }),
      ),
      2,
    );
  });
  b.linear(b.flatten(x), "classifier", classes);
  return b.finish();
}
