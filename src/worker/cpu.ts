/** What the page has computed on the processor, away from the thread that it is drawn in. */
import { cachedNames } from "../data/cache.ts";
import { type DatasetInfo, datasetInfo } from "../data/info.ts";
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

/** A drawn mask in numbers. */
export interface DrawnDensity {
  readonly report: DensityReport;
  readonly notes: readonly DensityNote[];
}

/** What the worker exposes. */
export class Cpu {
  constructor(readonly host: Host) {}

  /** The data sets that are known by name, and those that were brought in. */
  async datasets(): Promise<DatasetInfo[]> {
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
