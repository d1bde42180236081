/** A trained network back on the device. */
import type { Gpu } from "../gpu/device.ts";
import type { Host } from "../host/host.ts";
import { traceConnections } from "../masks/connections.ts";
import { fullMask, maskDensity } from "../masks/mask.ts";
import { reportMasks } from "../masks/report.ts";
import { liveNodes, maskableLayers } from "../nn/model.ts";
import { buildTraining, type Training } from "../train/training.ts";
import { parseConfig } from "./config.ts";
import type { Network } from "./network.ts";
import { trainingOptions } from "./run_training.ts";
import type { TrainedNetwork } from "./trained_network.ts";

/** What it is built on, and how many images will be evaluated at most. */
export interface BuildTrainedOptions {
  readonly host: Pick<Host, "milliseconds">;
  readonly gpu: Gpu;
  readonly evaluated: number;
}

/**
 * Puts a trained network on the device: its effective weights behind its masks, and its running statistics.
 * @throws {GpuError} of kind `out-of-memory` where it does not fit
 */
export async function buildTrained(
  trained: TrainedNetwork,
  { host, gpu, evaluated }: BuildTrainedOptions,
): Promise<Training> {
  const { dataset, images } = trained;
  const options = await trainingOptions(asTrained(trained), {
    gpu,
    network: networkOf(trained),
    shape: dataset.shape,
    splits: [dataset.train, dataset.test],
    normalisation: trained.normalisation,
    images: images.train.length,
    evaluated: Math.max(1, evaluated),
    milliseconds: () => host.milliseconds(),
  });
  const training = await gpu.allocate(() => buildTraining({ ...options, values: trained.values }));
  for (const norm of trained.model.norms) {
    const { runningMean, runningVariance } = training.store.norm(norm);
    gpu.memory.write(runningMean, trained.values.get(`${norm.name}.running_mean`)!);
    gpu.memory.write(runningVariance, trained.values.get(`${norm.name}.running_var`)!);
  }
  return training;
}

/** The configuration of a network whose mask is decided: no score, no method, the effective weights behind the mask. */
function asTrained({ run: { config } }: TrainedNetwork) {
  const { score: _score, method: _method, mask, kernels, ...others } = config;
  const { storage, activations } = kernels;
  const changes = { mask: { ...mask, apply: "after-step" }, kernels: { storage, activations } };
  return parseConfig({ ...others, ...changes }, "trained network");
}

function networkOf({ model, masks }: TrainedNetwork): Network {
  const layers = maskableLayers(model);
  const all = layers.map(({ name, shape }) => masks.get(name) ?? fullMask(name, shape));
  const report = reportMasks(layers, all.map(maskDensity), all, 1);
  const connections = traceConnections(liveNodes(model, new Map(all.map((mask) => [mask.name, mask]))));
  return { model, masks, report, connections };
}
