/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { Config } from "../experiment/config.ts";
import { datasetShape, type DensityChoice, type DensityReport, describeDensity } from "../experiment/density.ts";
import type { DensityNote } from "../experiment/density_facts.ts";
import { drawnNotes } from "../experiment/density_notes.ts";
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
import { type LinkedRuns, readPageLink, writePageLink } from "./page_link.ts";
import type { NearPicture, PhotoPicture, PictureData, Pictures, PictureShelf } from "./pictures.ts";
import type { EmbeddingCurves, FoundPoint, InputsCurves } from "./theory.ts";
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
  #pictures: Promise<PictureShelf> | undefined;

  constructor(readonly host: Host) {}

  #shelf(): Promise<PictureShelf> {
    return this.#pictures ??= import("./pictures.ts").then(({ PictureShelf }) => new PictureShelf(this.host));
  }

  /** What is to be known of a data set before its images are seen. */
  async pictureData(name: string): Promise<PictureData> {
    return await (await this.#shelf()).facts(name);
  }

  /** Images of a data set's test part. */
  async testPictures(name: string, indices: readonly number[]): Promise<Pictures> {
    return await (await this.#shelf()).test(name, indices);
  }

  /** The training images that are nearest to a picture, pixel by pixel. */
  async nearestPictures(name: string, picture: Uint8Array, count: number): Promise<NearPicture[]> {
    return await (await this.#shelf()).nearest(name, picture, count);
  }

  /** A photograph as networks of a data set see it. */
  async photo(name: string, file: Blob): Promise<PhotoPicture> {
    return await (await this.#shelf()).photo(name, file);
  }

  /** Hidden units so that no input is cut off (E2): exact. */
  async inputsCurves(asked: { inputs: number; p: number; delta: number }): Promise<InputsCurves> {
    return (await import("./theory.ts")).inputsCurves(asked);
  }

  /** The same by random masks. */
  async inputsFound(
    asked: { inputs: number; p: number; delta: number; trials: number; seed: number },
  ): Promise<{ kept: FoundPoint[]; connected: FoundPoint[] }> {
    return (await import("./theory.ts")).inputsFound(asked);
  }

  /** A source that holds a target (E1): exact. */
  async embeddingCurves(asked: { p: number; delta: number }): Promise<EmbeddingCurves> {
    return (await import("./theory.ts")).embeddingCurves(asked);
  }

  /** The same by random masks. */
  async embeddingFound(asked: { p: number; delta: number; trials: number; seed: number }): Promise<FoundPoint[]> {
    return (await import("./theory.ts")).embeddingFound(asked);
  }

  /** Subset sums of thinned random numbers (E3), by experiment. */
  async subsetSumFound(
    asked: { p: number; epsilon: number; trials: number; seed: number },
  ): Promise<{ sparse: FoundPoint[]; dense: FoundPoint[] }> {
    return (await import("./theory.ts")).subsetSumFound(asked);
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

  /** Reads a link of the page; never fails. */
  readLink(hash: string): LinkedRuns {
    return readPageLink(hash);
  }

  /** The query of a link. @throws UserError for a configuration that is none */
  writeLink(...link: Parameters<typeof writePageLink>): string {
    return writePageLink(...link);
  }

  /** What the settings of a run can be chosen from. */
  choices(): Promise<Choices> {
    return listChoices(this.host);
  }
}
