/** What is used of TensorFlow.js, typed here so that the rest of the project type-checks where it is not installed. */

/** A tensor. */
export interface TfTensor {
  readonly shape: number[];
  add(other: TfTensor): TfTensor;
  relu(): TfTensor;
  matMul(other: TfTensor): TfTensor;
  reshape(shape: number[]): TfTensor;
  transpose(order: number[]): TfTensor;
  conv2d(filter: TfTensor, strides: number, pad: number | "valid"): TfTensor;
  maxPool(filterSize: number, strides: number, pad: number | "valid"): TfTensor;
  slice(begin: number[], size: number[]): TfTensor;
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** An optimizer over variables. */
export interface TfOptimizer {
  minimize(loss: () => TfTensor, returnCost: true, variables: TfTensor[]): TfTensor;
  dispose(): void;
}

/** The module. */
export interface Tf {
  setBackend(name: "webgpu"): Promise<boolean>;
  ready(): Promise<void>;
  backend(): {
    readonly adapterInfo?: Partial<
      Record<"vendor" | "architecture" | "device" | "description", string>
    >;
  };
  tensor(data: Float32Array | Int32Array, shape: number[], dtype?: "float32" | "int32"): TfTensor;
  variable(initial: TfTensor): TfTensor;
  tidy<T>(f: () => T): T;
  keep(tensor: TfTensor): TfTensor;
  grad(f: (x: TfTensor) => TfTensor): (x: TfTensor, dy: TfTensor) => TfTensor;
  oneHot(labels: TfTensor, classes: number): TfTensor;
  readonly losses: {
    softmaxCrossEntropy(oneHot: TfTensor, logits: TfTensor): TfTensor;
  };
  readonly train: {
    momentum(learningRate: number, momentum: number): TfOptimizer;
  };
}
