/** The shape of a maskable tensor: what rules, drawing and reports need to know of a layer. */

/**
 * A maskable weight tensor. Maskable are all conv and linear weights, the first conv, 1x1 shortcuts and the classifier
 * included; biases and batch-norm parameters never. Lists of layers are in registration order of the model.
 */
export interface LayerShape {
  name: string;
  /** Conv [out, in, kh, kw], linear [out, in]. */
  shape: number[];
  /** Output positions oh * ow, 1 for a linear layer: multiply-adds = size * positions. */
  positions: number;
}

/** Product of the dimensions: the number of weights N. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Number of filter taps kh * kw; 1 for linear. */
export function tapsOf(shape: readonly number[]): number {
  return sizeOfShape(shape.slice(2));
}

/** Number of weights that an output channel reads with: in * kh * kw. */
export function fanIn(shape: readonly number[]): number {
  return shape[1] * tapsOf(shape);
}

/** Number of weights that read an input channel: out * kh * kw. */
export function fanOut(shape: readonly number[]): number {
  return shape[0] * tapsOf(shape);
}

/** Number of weights N of a layer. */
export function layerSize(layer: LayerShape): number {
  return sizeOfShape(layer.shape);
}

/** Number of weights of all layers. */
export function totalSize(layers: readonly LayerShape[]): number {
  return layers.reduce((sum, layer) => sum + layerSize(layer), 0);
}

/** Multiply-adds of the dense layer for one image. */
export function layerMacs(layer: LayerShape): number {
  return layerSize(layer) * layer.positions;
}
