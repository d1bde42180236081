/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { DatasetInfo } from "../data/info.ts";
import { datasetNames } from "../data/registry.ts";
import { datasetShape, type DensityChoice, type DensityReport, describeDensity } from "../experiment/density.ts";
import { type DensityNote, drawnNotes } from "../experiment/density_notes.ts";
import {
  type DensityCurves,
  densityCurves,
  type DensityOverview,
  densityOverview,
  type OverviewChoice,
} from "../experiment/density_overview.ts";
import type { Host } from "../host/host.ts";
import { MODEL_NAMES, type ModelName, MODELS, type WidthOption } from "../nn/registry.ts";

/** A drawn mask in numbers. */
export interface DrawnDensity {
  readonly report: DensityReport;
  readonly notes: readonly DensityNote[];
}

/** A model as a list shows it. */
export interface ModelFacts {
  readonly name: ModelName;
  readonly description: string;
  readonly width?: WidthOption;
}

/** What the worker exposes. */
export class Cpu {
  constructor(readonly host: Host) {}

  /** The models by name. */
  models(): ModelFacts[] {
    return MODEL_NAMES.map((name) => ({ name, description: MODELS[name].description, width: MODELS[name].width }));
  }

  /** The data sets that are known by name, and those that were brought in. */
  async datasets(): Promise<DatasetInfo[]> {
    // what reads caches takes zod, and densities of known sets need not wait for it
    const [{ cachedNames }, { datasetInfo }] = await Promise.all([import("../data/cache.ts"), import("../data/info.ts")]);
    const names = [...new Set([...datasetNames(), ...await cachedNames(this.host)])];
    return await Promise.all(names.map((name) => datasetInfo(name, this.host)));
  }

  /** What every rule says of a network, before a mask is drawn. */
  async densities(choice: OverviewChoice): Promise<DensityOverview> {
    return densityOverview(choice, await datasetShape(choice.dataset, this.host));
  }

  /** What every rule costs by density. */
  async densityCurves(choice: Omit<OverviewChoice, "density">): Promise<DensityCurves> {
    return densityCurves(choice, await datasetShape(choice.dataset, this.host));
  }

  /** Draws the mask of one rule; takes up to seconds. */
  async drawDensity(choice: DensityChoice): Promise<DrawnDensity> {
    const report = describeDensity(choice, await datasetShape(choice.dataset, this.host));
    return { report, notes: drawnNotes(report) };
  }
}
