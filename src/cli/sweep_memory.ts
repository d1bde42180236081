/** What the largest cell of a sweep needs, by the same estimate that refuses runs that do not fit. */
import { datasetInfo } from "../data/info.ts";
import { GpuError, UserError } from "../errors.ts";
import type { Config } from "../experiment/config.ts";
import { estimateRun } from "../experiment/memory.ts";
import { buildNetwork } from "../experiment/network.ts";
import { countImages, networkInput } from "../experiment/run_data.ts";
import type { SweepRun } from "../experiment/sweep_folder.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import type { Host } from "../host/host.ts";

/** Bytes on the device of the largest cell; of runs that differ in their seeds one is looked at. */
export async function largestRun(host: Host, runs: readonly SweepRun[], adapter: AdapterInfo): Promise<number> {
  const cells = new Map(runs.map((run) => [run.cell, run.config]));
  let most = 0;
  for (const config of cells.values()) {
    try {
      most = Math.max(most, await runBytes(host, config, adapter));
    } catch (error) {
      // A cell that cannot be run says so when it is its turn, and stops no other.
      if (!(error instanceof UserError || error instanceof GpuError)) throw error;
    }
  }
  return most;
}

async function runBytes(host: Host, config: Config, adapter: AdapterInfo): Promise<number> {
  const info = await datasetInfo(config.data.name, host);
  const network = await buildNetwork(host, config, networkInput(config, info.shape), info.classes);
  const used = countImages(config, info.train, info.test);
  const sizes = { shape: info.shape, kind: info.sampleKind, train: info.train, test: info.test, used };
  return (await estimateRun(config, network, sizes, adapter)).memory.total;
}
