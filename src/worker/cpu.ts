/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { Config } from "../experiment/config.ts";
import { datasetShape, type DensityChoice, type DensityReport, describeDensity } from "../experiment/density.ts";
import { type DensityNote, drawnNotes } from "../experiment/density_notes.ts";
import {
  type DensityCurves,
  densityCurves,
  type DensityOverview,
  densityOverview,
  type OverviewChoice,
} from "../experiment/density_overview.ts";
import { differingKeys, flatConfig } from "../experiment/results_keys.ts";
import type { Host } from "../host/host.ts";
import { loadFigures } from "./load_figures.ts";
import { type Choices, describeSource, listChoices, type SourceInfo } from "./source.ts";

/** A drawn mask in numbers. */
export interface DrawnDensity {
  readonly report: DensityReport;
  readonly notes: readonly DensityNote[];
}

/** A setting that two runs differ in; null where one of them does not have it. */
export interface Difference {
  readonly key: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** What the worker exposes. */
export class Cpu {
  /** Results and their figures; see figures.ts. */
  readonly figures = loadFigures;

  constructor(readonly host: Host) {}

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

  /** The settings that two configurations differ in. */
  differences(a: Config, b: Config): Difference[] {
    const [flatA, flatB] = [flatConfig(a), flatConfig(b)];
    return differingKeys([a, b]).map((key) => ({ key, a: flatA.get(key) ?? null, b: flatB.get(key) ?? null }));
  }

  /** Checks a configuration and draws its masks. @throws UserError that says all that is wrong with it */
  source(config: unknown): Promise<SourceInfo> {
    return describeSource(this.host, config);
  }

  /** What the settings of a run can be chosen from. */
  choices(): Promise<Choices> {
    return listChoices(this.host);
  }
}
