/** The layers of a configuration as tuning and plans see them. */
import { datasetInfo } from "../data/info.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { UNKNOWN_ADAPTER } from "../gpu/dry.ts";
import type { Host } from "../host/host.ts";
import type { PackedForm } from "../nn/cost.ts";
import { type LayerWork, layerWorks } from "../nn/layer_kinds.ts";
import { cutBatch } from "../nn/program.ts";
import { buildModel } from "../nn/registry.ts";
import type { Config } from "./config.ts";
import { countImages, networkInput } from "./run_data.ts";

/** A layer of a network with the form that its packed kernels would have. */
export interface NetworkLayer extends LayerWork {
  readonly form: PackedForm;
}

/** Every layer of a configuration's network, for its training batch on an adapter. No file of the data set is needed. */
export async function networkLayers(host: Host, config: Config, adapter?: AdapterInfo): Promise<NetworkLayer[]> {
  const info = await datasetInfo(config.data.name, host);
  const model = buildModel(config.model, networkInput(config, info.shape), info.classes);
  const batch = Math.min(config.train.batch, countImages(config, info.train, info.test).train);
  const { capacity } = cutBatch(model, batch, (adapter ?? UNKNOWN_ADAPTER).maxBinding);
  const form: PackedForm = { block: config.mask.block, activations: config.kernels.activations };
  return layerWorks(model, capacity).map((layer) => ({ ...layer, form }));
}
