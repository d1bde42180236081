/** From a configuration to a network: the model for a data set's images and the masks of its source, without a device. */
import { UserError } from "../errors.ts";
import { matchMasks, readMasks } from "../formats/masks.ts";
import type { Host } from "../host/host.ts";
import { type Connections, connectionWarnings, traceConnections } from "../masks/connections.ts";
import { makeMasks } from "../masks/make.ts";
import { type Mask, maskDensity, maskFromBits } from "../masks/mask.ts";
import { type MaskReport, reportMasks } from "../masks/report.ts";
import { proportionalDensities } from "../masks/rules/proportional.ts";
import { type Init, liveNodes, maskableLayers, type Model, type Size } from "../nn/model.ts";
import { buildModel } from "../nn/registry.ts";
import { sourceInits } from "../nn/source_init.ts";
import { type Config, streamSeeds } from "./config.ts";
import { readsMaskFile } from "./config_schema.ts";

/** A model with its masks and what is known of them. */
export interface Network {
  readonly model: Model;
  /** By parameter name; empty for the dense rule, which needs none. */
  readonly masks: ReadonlyMap<string, Mask>;
  /** The masks as they were drawn, where a score has pruned them since. */
  readonly drawn?: ReadonlyMap<string, Mask>;
  /** How weights start where `model.init` says so, by parameter name. */
  readonly inits?: ReadonlyMap<string, Init>;
  readonly report: MaskReport;
  /** Which weights lie on paths from the input to the output. */
  readonly connections: Connections;
}

/** Builds the model of a configuration for images of a size, and draws or reads its masks. */
export async function buildNetwork(host: Host, config: Config, input: Size, classes: number): Promise<Network> {
  const model = buildModel(config.model, input, classes);
  const layers = maskableLayers(model);
  const { masks, report } = await makeSource(host, config, layers);
  const byName = new Map(masks.map((mask) => [mask.name, mask]));
  const connections = traceConnections(liveNodes(model, byName));
  const inits = config.model.init && sourceInits(config.model.init, model, byName);
  return { model, masks: config.mask.rule === "dense" ? new Map() : byName, inits, report, connections };
}

async function makeSource(
  host: Host,
  config: Config,
  layers: ReturnType<typeof maskableLayers>,
): Promise<{ masks: Mask[]; report: MaskReport }> {
  const { rule, density, draw, flow, block, path } = config.mask, seed = streamSeeds(config).mask;
  if (readsMaskFile(rule)) {
    if (path === undefined) throw new UserError(`mask.rule ${rule} needs mask.path, a safetensors file of masks.`);
    const stored = matchMasks(readMasks(await host.readFile(path), path).masks, layers, path);
    const masks = stored.map(({ name, shape, bits }) => maskFromBits(name, shape, bits));
    const densities = masks.map(maskDensity);
    const size = (mask: Mask) => mask.shape.reduce((a, b) => a * b);
    const kept = masks.reduce((sum, { nnz }) => sum + nnz, 0), all = masks.reduce((sum, mask) => sum + size(mask), 0);
    if (rule === "file") return { masks, report: reportMasks(layers, densities, masks, kept / all) };
    const isScaled = rule === "file-scaled";
    const shares = isScaled ? proportionalDensities(masks.map(size), densities, config.mask.density) : densities;
    const ratios = Object.fromEntries(masks.map(({ name }, l) => [name, shares[l]]));
    const density = isScaled ? config.mask.density : kept / all;
    return makeMasks(layers, { rule: "custom", density, draw, flow, block, layers: ratios }, seed);
  }
  return makeMasks(layers, { rule, density, draw, flow, block, layers: config.mask.layers }, seed);
}

/** What a reader should know of a network before believing its accuracy: one sentence each. */
export function networkWarnings({ report, connections }: Network): string[] {
  const warnings: string[] = [];
  const { nominalDensity, realisedDensity } = report.totals;
  if (Math.abs(realisedDensity - nominalDensity) > 0.01 * nominalDensity) {
    warnings.push(
      `realised density ${realisedDensity.toPrecision(3)} differs from the nominal ${
        nominalDensity.toPrecision(3)
      } by more than 1 %`,
    );
  }
  warnings.push(...connectionWarnings(connections));
  return warnings;
}
