/** Maskable tensors of the two networks that the golden values are of (input 32x32x3). */
import type { LayerShape } from "../../src/masks/layer.ts";

function conv(name: string, out: number, input: number, kernel: number, side: number): LayerShape {
  return { name, shape: [out, input, kernel, kernel], positions: side * side };
}

/** VGG-16 with batch norm for CIFAR-10: 13 convolutions and a linear layer 512 -> 10. */
export const VGG16_C10: LayerShape[] = (() => {
  const layers: LayerShape[] = [];
  let side = 32, input = 3;
  for (const [width, depth] of [[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]]) {
    for (let i = 0; i < depth; i++) {
      layers.push(conv(`features.${layers.length}`, width, input, 3, side));
      input = width;
    }
    side /= 2;
  }
  return [...layers, { name: "classifier", shape: [10, 512], positions: 1 }];
})();

/** ResNet-18 for CIFAR-10: 3x3 stem, stages 64 128 256 512 of two blocks; shortcut after conv2 in its block. */
export const RESNET18_C10: LayerShape[] = (() => {
  const layers = [conv("conv1", 64, 3, 3, 32)];
  let side = 32, input = 64;
  for (const [stage, width] of [64, 128, 256, 512].entries()) {
    for (let block = 0; block < 2; block++) {
      const name = `layer${stage + 1}.${block}`;
      if (width !== input) side /= 2;
      layers.push(conv(`${name}.conv1`, width, input, 3, side), conv(`${name}.conv2`, width, width, 3, side));
      if (width !== input) layers.push(conv(`${name}.shortcut`, width, input, 1, side));
      input = width;
    }
  }
  return [...layers, { name: "linear", shape: [10, 512], positions: 1 }];
})();

/** ResNet-18 as in the authors' STR code, whose classifier is a 1x1 convolution. */
export const RESNET18_C10_STR: LayerShape[] = RESNET18_C10.map((layer) =>
  layer.name === "linear" ? { ...layer, shape: [10, 512, 1, 1] } : layer
);

/** ResNet-50 for CIFAR-100 as in the authors' STR code: bottlenecks x4 (3, 4, 6, 3), classifier a 1x1 convolution. */
export const RESNET50_C100_STR: LayerShape[] = (() => {
  const layers = [conv("conv1", 64, 3, 3, 32)];
  let side = 32, input = 64;
  for (const [stage, [width, depth]] of [[64, 3], [128, 4], [256, 6], [512, 3]].entries()) {
    for (let block = 0; block < depth; block++) {
      const name = `layer${stage + 1}.${block}`;
      const before = side;
      if (block === 0 && stage > 0) side /= 2;
      layers.push(
        conv(`${name}.conv1`, width, input, 1, before),
        conv(`${name}.conv2`, width, width, 3, side),
        conv(`${name}.conv3`, 4 * width, width, 1, side),
      );
      if (block === 0) layers.push(conv(`${name}.shortcut`, 4 * width, input, 1, side));
      input = 4 * width;
    }
  }
  return [...layers, { name: "linear", shape: [100, 2048, 1, 1], positions: 1 }];
})();
