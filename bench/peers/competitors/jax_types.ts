/** What is used of jax-js, typed here so that the rest of the project type-checks where it is not installed. */

/** An array. Whatever takes one disposes of it; `ref` is one more reference to it. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  add(other: JaxArray): JaxArray;
  sub(other: JaxArray): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(): JaxArray;
  sum(): JaxArray;
  data(): Promise<Float32Array>;
  /** Starts what the array waits for, without waiting for it. */
  gpuBuffer(): Promise<GPUBuffer>;
  dispose(): void;
}

/** Arrays by name. */
export type JaxTree = Record<string, JaxArray>;

type Transformed = <F extends (...args: never[]) => unknown>(f: F) => F;

/** The module. */
export interface Jax {
  init(device: "webgpu"): Promise<readonly string[]>;
  defaultDevice(device: "webgpu"): void;
  getWebGPUDevice(): GPUDevice & { readonly adapterInfo?: GPUAdapterInfo };
  blockUntilReady(arrays: JaxArray): Promise<unknown>;
  readonly jit:
    & Transformed
    & (<F extends (...args: never[]) => unknown>(f: F) => F & { dispose?(): void });
  vjp(
    f: (x: JaxArray) => JaxArray,
    primals: [JaxArray],
  ): [JaxArray, ((dy: JaxArray) => [JaxArray]) & { dispose?(): void }];
  valueAndGrad<A extends unknown[]>(
    f: (parameters: JaxTree, ...rest: A) => JaxArray,
  ): (parameters: JaxTree, ...rest: A) => [JaxArray, JaxTree];
  readonly numpy: {
    readonly int32: unknown;
    array(
      data: Float32Array | Int32Array,
      options?: { dtype?: unknown; shape?: readonly number[] },
    ): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    max(a: JaxArray): JaxArray;
    mean(a: JaxArray): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, w: JaxArray, strides: number[], padding: [number, number][]): JaxArray;
    reduceWindow(x: JaxArray, f: (x: JaxArray) => JaxArray, window: number[], strides: number[]): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    oneHot(labels: JaxArray, classes: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
  };
  readonly tree: { ref<T>(tree: T): T; dispose(tree: unknown): void };
}
