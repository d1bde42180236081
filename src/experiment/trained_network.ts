/** A trained network out of its run's folder: the model, the weights that it computes with, its masks, its data. */

import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import type { Normalisation } from "../data/normalise.ts";
import { UserError } from "../errors.ts";
import { matchMasks, readMasks } from "../formats/masks.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { type Host, joinPath } from "../host/host.ts";
import { type Mask, maskFromBits } from "../masks/mask.ts";
import { maskableLayers, type Model } from "../nn/model.ts";
import { buildModel } from "../nn/registry.ts";
import { chooseImages, networkInput, normalisationOf, type RunImages } from "./run_data.ts";
import { readRun, type StoredRun } from "./run_reader.ts";
import { RUN_FILES } from "./run_store.ts";

/** What a run has trained. The data set is open, and its user's to close. */
export interface TrainedNetwork {
  readonly run: StoredRun;
  readonly model: Model;
  /** Effective values of each parameter, and running statistics (`bn.running_mean`, `bn.running_var`), row-major. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** By parameter name; empty where nothing is masked. */
  readonly masks: ReadonlyMap<string, Mask>;
  readonly dataset: Dataset;
  readonly images: RunImages;
  readonly normalisation: Normalisation;
}

/** @throws UserError for a folder that holds no trained network, and naming the tensor that does not fit the model */
export async function openTrainedNetwork(
  host: Host,
  folder: string,
  data: (name: string) => Promise<Dataset> = (name) => loadDataset(name, host),
): Promise<TrainedNetwork> {
  const run = await readRun(host, folder), { config } = run;
  const weights = joinPath(folder, RUN_FILES.weights), maskPath = joinPath(folder, RUN_FILES.masks);
  if (!(await host.exists(weights))) {
    throw new UserError(`${folder} has no ${RUN_FILES.weights}: the run has not ended`);
  }
  const { tensors } = readSafetensors(await host.readFile(weights), weights);
  const dataset = await data(config.data.name);
  try {
    const model = buildModel(config.model, networkInput(config, dataset.shape), dataset.classes.length);
    const values = new Map<string, Float32Array>();
    const take = (name: string, size: number) => {
      const tensor = tensors.get(name);
      if (tensor?.dtype !== "F32" || tensor.data.length !== size) {
        const found = tensor ? `${tensor.dtype} [${tensor.shape.join(", ")}]` : "nothing";
        throw new UserError(`${weights}: expected ${size} values of F32 for ${name}, found ${found}`);
      }
      values.set(name, tensor.data);
    };
    for (const { name, size } of model.parameters) take(name, size);
    for (const { name, channels } of model.norms) {
      take(`${name}.running_mean`, channels);
      take(`${name}.running_var`, channels);
    }
    const stored = await host.exists(maskPath) ? readMasks(await host.readFile(maskPath), maskPath).masks : [];
    const matched = stored.length > 0 ? matchMasks(stored, maskableLayers(model), maskPath) : [];
    const masks = new Map(matched.map(({ name, shape, bits }) => [name, maskFromBits(name, shape, bits)]));
    const images = chooseImages(config, dataset.train, dataset.test);
    return { run, model, values, masks, dataset, images, normalisation: normalisationOf(config, dataset, images) };
  } catch (error) {
    dataset.close();
    throw error;
  }
}
