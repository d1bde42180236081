/** Reads test/golden/scores.safetensors: networks, images, and scores as PyTorch's autograd computes them. */
import type { Split } from "../../../src/data/dataset.ts";
import { readSafetensors } from "../../../src/formats/safetensors.ts";
import { fromDense, type Mask } from "../../../src/masks/mask.ts";
import type { ScoredNetwork } from "../../../src/methods/scores/network.ts";
import type { ScoreSettings } from "../../../src/methods/scores/settings.ts";
import { scoreSettings } from "../../../src/methods/scores/settings.ts";
import type { Model } from "../../../src/nn/model.ts";
import { chain, residual } from "../../nn/scored_models.ts";
import { testGpu } from "../../ops/gpu.ts";

const file = readSafetensors(await Deno.readFile(new URL("../../golden/scores.safetensors", import.meta.url)));

/** The fixture's networks by name. */
export const NETWORKS = { residual, chain } as const;
export type NetworkName = keyof typeof NETWORKS;

/** The fixture's images: 14, with labels that go round. */
export const IMAGES = 14;

/** A tensor of the fixture as numbers. */
export function tensor(name: string): Float32Array {
  const found = file.tensors.get(name);
  if (!found) throw new Error(`the fixtures have no ${name}`);
  return Float32Array.from(found.data as Float32Array | Uint8Array);
}

/** The layers that scores are about. */
export function layersOf(model: Model) {
  return model.parameters.filter(({ maskable }) => maskable);
}

/** A run's scores of all layers, one after the other. */
export function expectedScores(name: NetworkName, run: string): Float32Array {
  return Float32Array.from(layersOf(NETWORKS[name]).flatMap((layer) => [...tensor(`${name}/${run}/${layer.name}`)]));
}

/** A network of the fixture, dense or inside its source, with the images that it is scored on. */
export async function scoredNetwork(name: NetworkName, options: { masked?: boolean } = {}): Promise<ScoredNetwork> {
  const model = NETWORKS[name];
  const images = Uint8Array.from(tensor("images")), labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 5);
  const split: Split = { images, labels, count: IMAGES };
  const masks = layersOf(model).map(({ name: layer, shape }): [string, Mask] => [
    layer,
    fromDense(layer, shape, tensor(`${name}/source/${layer}`)),
  ]);
  return {
    gpu: await testGpu(),
    model,
    values: new Map(model.parameters.map((parameter) => [parameter.name, tensor(`${name}/value/${parameter.name}`)])),
    source: new Map(options.masked ? masks : []),
    data: {
      shape: model.input,
      splits: [split],
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      images: Uint32Array.from({ length: IMAGES }, (_, i) => i),
    },
    seeds: { mask: 1, order: 1 },
  };
}

/** Settings that take all images, three of a class at most. */
export function settings(given: Partial<ScoreSettings>): ScoreSettings {
  return scoreSettings.parse({ imagesPerClass: 3, ...given });
}
