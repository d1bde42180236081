/** What a seed means, as hashes: computed under Deno and in a page by this same file, and compared. */
import { sha256 } from "../../src/formats/sha256.ts";
import { DRAW_METHODS } from "../../src/masks/draw.ts";
import { FLOW_MODES } from "../../src/masks/flow.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { RULE_NAMES } from "../../src/masks/rules/registry.ts";
import { initialise } from "../../src/nn/initialise.ts";
import { maskableLayers, type Size } from "../../src/nn/model.ts";
import { buildModel, type ModelChoice } from "../../src/nn/registry.ts";

const DENSITIES = [0.1, 0.02];
/** A small seed, and one that needs both words of the key. */
const SEEDS = [1, 2 ** 40 + 12345];

/** Every kind of initial value: normal by fan-in and fan-out, uniform weights and biases, constants. */
const INITIALISED: [ModelChoice, Size][] = [
  [{ name: "lab", width: 8 }, [1, 28, 28]],
  [{ name: "lenet5" }, [1, 28, 28]],
  [{ name: "resnet20" }, [3, 32, 32]],
];

/** SHA-256 by what was drawn: masks of ResNet-20 by each rule, and initial weights of three networks. */
export async function seedHashes(): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const layers = maskableLayers(buildModel({ name: "resnet20" }, [3, 32, 32], 10));
  // "dense" draws nothing and "custom" computes nothing.
  for (const rule of RULE_NAMES.filter((name) => name !== "dense" && name !== "custom")) {
    for (const density of DENSITIES) {
      for (const draw of DRAW_METHODS) {
        for (const flow of FLOW_MODES) {
          for (const seed of SEEDS) {
            const { masks } = makeMasks(layers, { rule, density, draw, flow }, seed);
            hashes[`resnet20 ${rule} ${density} ${draw} ${flow} seed ${seed}`] = await hash(
              masks.map(({ bits }) => bits),
            );
          }
        }
      }
    }
  }
  for (const [choice, input] of INITIALISED) {
    for (const seed of SEEDS) {
      const values = initialise(buildModel(choice, input, 10), seed);
      hashes[`initial values of ${choice.name} seed ${seed}`] = await hash([...values.values()]);
    }
  }
  return hashes;
}

/** Of the arrays' bytes, one after the other. */
async function hash(arrays: readonly (Uint32Array | Float32Array)[]): Promise<string> {
  const blob = new Blob(
    arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)),
  );
  return await sha256(new Uint8Array(await blob.arrayBuffer()));
}
