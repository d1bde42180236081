/**
 * Packed storage against dense storage with the same mask, for whole networks: one step's loss, logits and gradients of
 * every parameter. Densities from 1 to 0.001, blocks, layers that keep nothing, 16-bit activations. All models under
 * `npm run test:full`; one of each family otherwise.
 */
import { strict as assert } from "node:assert";
import { type BlockSize, NO_BLOCKS } from "../../src/masks/blocks.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { emptyMask, type Mask } from "../../src/masks/mask.ts";
import type { RuleName } from "../../src/masks/rules/registry.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import { buildModel, MODEL_NAMES, type ModelName } from "../../src/nn/registry.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { quiet } from "../ops/gpu.ts";
import { withTraining } from "./small_training.ts";

const FULL = Deno.env.get("STARTSPARSE_TEST") === "full";
const BATCH = 8;

interface Cell {
  readonly density: number;
  readonly rule?: RuleName;
  readonly block?: BlockSize;
  readonly activations?: "f32" | "f16";
  /** Empties a layer in the middle. */
  readonly hollow?: boolean;
}

const CELLS: readonly Cell[] = [
  { density: 1 },
  { density: 0.1, rule: "erk" },
  { density: 0.01, rule: "pyramidal" },
  { density: 0.001 },
  { density: 0.1, block: [8, 4] },
  { density: 0.05, block: [4, 4], rule: "balanced" },
  { density: 0.2, hollow: true },
  { density: 0.2, activations: "f16" },
];

const FAMILIES: readonly ModelName[] = ["lenet5", "vgg11", "resnet18"];

/** In the short form a family has one shape of blocks: compiling their kernels is most of the time. */
function cellsOf(name: ModelName): readonly Cell[] {
  if (FULL) return CELLS;
  return CELLS.filter(({ block }) => block === undefined || (block[1] === block[0]) === (name === "vgg11"));
}

/** Networks of a few channels, so that every layer is there and none takes long. */
function narrow(name: ModelName) {
  const width = /^(vgg|resnet(18|34|50)$)/.test(name) ? 1 / 16 : /^resnet18-/.test(name) ? 4 : undefined;
  const input = /^(lenet-300|mlp)/.test(name) ? [1, 8, 8] as const : [3, 32, 32] as const;
  return buildModel({ name, width }, [...input], 10);
}

/** Length of the difference of two tensors over the length of the first: a ReLU that flips at zero moves it little. */
function apart(a: Float32Array, b: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares(a.map((value, i) => value - b[i])) / Math.max(squares(a), 1e-30));
}

for (const name of FULL ? MODEL_NAMES : FAMILIES) {
  for (const { density, rule = "uniform", block = NO_BLOCKS, activations = "f32", hollow } of cellsOf(name)) {
    const how = [density, rule, block.join("×"), activations, ...(hollow ? ["a layer empty"] : [])].join(", ");
    Deno.test({
      name: `${name} packed is ${name} dense behind the mask: ${how}`,
      ...quiet,
      fn: async () => {
        const model = narrow(name), layers = maskableLayers(model);
        const { masks } = makeMasks(layers, { rule, density, block }, 7);
        const source = new Map<string, Mask>(masks.map((mask) => [mask.name, mask]));
        const middle = masks[masks.length >> 1];
        if (hollow) source.set(middle.name, emptyMask(middle.name, middle.shape));
        const step = (storage: "dense" | "packed") =>
          withTraining({
            model,
            source,
            storage,
            block,
            activations,
            data: { splits: [madeUpImages(model, BATCH)], normalisation: NORMALISATION(model) },
            batch: BATCH,
            evalBatch: BATCH,
          }, async ({ trainer, store, read }) => {
            await trainer.follow(Uint32Array.from({ length: BATCH }, (_, i) => i), 0);
            const gradients = new Map<string, Float32Array>();
            for (const parameter of model.parameters) {
              const gradient = await store.read(parameter, read, "gradient");
              const mask = source.get(parameter.name);
              gradients.set(
                parameter.name,
                mask ? gradient.map((g, i) => mask.bits[i >>> 5] >>> (i & 31) & 1 ? g : 0) : gradient,
              );
            }
            return { gradients, logits: await read(trainer.training.logits[0]) };
          });
        const dense = await step("dense"), packed = await step("packed");
        const half = activations === "f16", logits = apart(dense.logits, packed.logits);
        assert.ok(logits < (half ? 5e-3 : 1e-5), `logits ${logits}`);
        // Gradients mostly agree to 1e-5 as well. But where an input of a ReLU is within rounding of zero, its gradient is
        // there or not, and eight images do not average that out; what is wrong shows as 1 and not as hundredths.
        const tolerance = half ? 0.6 : 0.05;
        for (const [parameter, gradient] of dense.gradients) {
          const found = apart(gradient, packed.gradients.get(parameter)!);
          assert.ok(found < tolerance, `gradient of ${parameter}: ${found}`);
        }
      },
    });
  }
}
