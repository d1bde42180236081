/** Reads transforms.safetensors: methods that train through a transform, as PyTorch has them (see README.md). */
import type { Split } from "../../src/data/dataset.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { fromDense, type Mask } from "../../src/masks/mask.ts";
import type { Parameter } from "../../src/nn/model.ts";

/** One method's numbers. */
export interface TransformCase {
  readonly settings: {
    readonly lr: number;
    readonly momentum: number;
    readonly weightDecay: number;
    readonly losses: readonly number[];
    readonly [name: string]: number | readonly number[];
  };
  /** Tensors by parameter name: initial values, effective weights, gradients of step 1, values and masks in the end. */
  tensors(what: "start" | "effective" | "gradient" | "after" | "mask"): Map<string, Float32Array>;
}

/** The network's batch and source, and the cases by name. */
export interface TransformFixture {
  readonly split: Split;
  readonly source: ReadonlyMap<string, Mask>;
  readonly cases: ReadonlyMap<string, TransformCase>;
}

/** Reads the fixture for the weights of the small network. */
export async function loadTransforms(weights: readonly Parameter[]): Promise<TransformFixture> {
  const file = readSafetensors(await Deno.readFile(new URL("transforms.safetensors", import.meta.url)));
  const values = (name: string) => Float32Array.from(file.tensors.get(name)!.data as Float32Array | Uint8Array);
  const cases: Record<string, TransformCase["settings"]> = JSON.parse(file.metadata.cases);
  const group = (prefix: string) =>
    new Map(
      [...file.tensors.keys()].filter((name) => name.startsWith(prefix)).map((
        name,
      ) => [name.slice(prefix.length), values(name)]),
    );
  const labels = Uint8Array.from(values("labels"));
  return {
    split: { images: Uint8Array.from(values("images")), labels, count: labels.length },
    source: new Map(weights.map(({ name, shape }) => [name, fromDense(name, shape, values(`mask/${name}`))])),
    cases: new Map(
      Object.entries(cases).map((
        [name, settings],
      ) => [name, { settings, tensors: (what) => group(`${name}/${what}/`) }]),
    ),
  };
}
