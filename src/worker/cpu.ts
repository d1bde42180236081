/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { DatasetInfo } from "../data/info.ts";
import { datasetNames } from "../data/registry.ts";
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
<<<<<<< HEAD
import { MODEL_NAMES, type ModelName, MODELS, type WidthOption } from "../nn/registry.ts";
=======
import { type Choices, describeSource, listChoices, type SourceInfo } from "./source.ts";
>>>>>>> main

/** A drawn mask in numbers. */
export interface DrawnDensity {
  readonly report: DensityReport;
  readonly notes: readonly DensityNote[];
}

<<<<<<< HEAD
/** A model as a list shows it. */
export interface ModelFacts {
  readonly name: ModelName;
  readonly description: string;
  readonly width?: WidthOption;
=======
/** A setting that two runs differ in; null where one of them does not have it. */
export interface Difference {
  readonly key: string;
  readonly a: string | null;
  readonly b: string | null;
>>>>>>> main
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
