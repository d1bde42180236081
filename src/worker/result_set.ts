/** Runs that are open: collected once, grouped and drawn as often as somebody asks. */
import { UserError } from "../errors.ts";
import { chartRows } from "../experiment/chart_table.ts";
import { comparedResults, compareRuns, totalOverlap } from "../experiment/compare_runs.ts";
import { runTable } from "../experiment/report_appendix.ts";
import { lastMasks, type LayerDensity, layersOfRuns } from "../experiment/report_data.ts";
import type { Figure } from "../experiment/report_figures.ts";
import { familyOf, figureSpaces, leadSentence, lookOfGroup } from "../experiment/report_page.ts";
import { reportParts } from "../experiment/report_parts.ts";
import { type CollectedRun, type Collection, collectionWarnings, collectRuns } from "../experiment/results_collect.ts";
import { rowsCsv } from "../experiment/results_csv.ts";
import { resultsForm, type TextForm } from "../experiment/results_forms.ts";
import type { ResultGroup } from "../experiment/results_groups.ts";
import { differingKeys, flatConfig, groupCollected, mixedWarnings } from "../experiment/results_keys.ts";
import { alignDecimal, columnNotes, resultColumns } from "../experiment/results_table.ts";
import { resultWarnings } from "../experiment/results_warnings.ts";
import { runFigures } from "../experiment/run_charts.ts";
import { RUN_FILES } from "../experiment/run_files.ts";
import type { RunResult } from "../experiment/run_result.ts";
import type { StoredMask } from "../formats/masks.ts";
import type { ReadFiles } from "../host/host.ts";
import type {
  ComparedRuns,
  DrawnFigure,
  FigureInfo,
  FigureNumbers,
  OpenedResults,
  ResultsQuery,
  ResultsTable,
  RunDetails,
} from "./figures_types.ts";

/** A set of runs. */
export class ResultSet {
  readonly #groups = new Map<string, ResultGroup[]>();
  #layers: Promise<Map<RunResult, LayerDensity[]>> | undefined;
  #figures: { readonly key: string; readonly figures: Map<string, Figure & FigureInfo> } | undefined;

  private constructor(
    readonly id: string,
    readonly title: string,
    readonly files: ReadFiles,
    readonly collection: Collection,
  ) {}

  /** Reads every run under the folders. @throws {UserError} where there is none */
  static async open(id: string, title: string, files: ReadFiles, folders: readonly string[]): Promise<ResultSet> {
    return new ResultSet(id, title, files, await collectRuns(files, folders));
  }

  /** What a page lists. */
  about(): OpenedResults {
    const { runs } = this.collection, { header, rows } = runTable(runs);
    return {
      id: this.id,
      title: this.title,
      runHeader: header,
      runs: runs.map(({ folder, result }, i) => ({
        folder,
        name: result.name,
        rule: result.rule,
        seed: result.seed,
        interrupted: result.interrupted,
        cells: rows[i],
      })),
      warnings: collectionWarnings(this.collection),
      keys: differingKeys(runs.map(({ config }) => config)),
    };
  }

  /** Groups of all runs: what is hidden has no say in it. */
  #grouped({ by, interval }: ResultsQuery): ResultGroup[] {
    const key = JSON.stringify([by, interval]);
    const groups = this.#groups.get(key) ?? groupCollected(this.collection.runs, { by, interval });
    this.#groups.set(key, groups);
    return groups;
  }

  #warnings(groups: readonly ResultGroup[]): string[] {
    return [...mixedWarnings(groups, this.collection.runs), ...(groups.length > 0 ? resultWarnings(groups) : [])];
  }

  /** The summary, with the words of every other form. */
  table(query: ResultsQuery): ResultsTable {
    const groups = this.#grouped(query), columns = resultColumns(groups, true);
    const cells = columns.map((column) => column.numeric ? alignDecimal(column.cells).map(figureSpaces) : column.cells);
    const folders = new Map(this.collection.runs.map(({ folder, result }) => [result, folder]));
    return {
      columns: columns.map(({ group, title, long, numeric }) => ({ group, title, long, numeric })),
      rows: groups.map((group, row) => ({
        cells: cells.map((column) => column[row]),
        style: lookOfGroup(group),
        hollow: group.rule === "dense",
        apart: row > 0 && familyOf(groups[row - 1]) !== familyOf(group),
        folders: group.runs.map((run) => folders.get(run)!),
      })),
      notes: columnNotes(groups, true),
      warnings: this.#warnings(groups),
      lead: leadSentence(groups),
    };
  }

  /** Which figures there are. */
  async figures(query: ResultsQuery): Promise<FigureInfo[]> {
    return [...(await this.#drawable(query)).values()].map(({ spec: _spec, ...info }) => info);
  }

  async #drawable(query: ResultsQuery): Promise<Map<string, Figure & FigureInfo>> {
    const key = JSON.stringify(query);
    if (this.#figures?.key === key) return this.#figures.figures;
    const { runs } = this.collection;
    this.#layers ??= layersOfRuns(this.files, runs);
    const hidden = new Set(runs.filter(({ folder }) => query.hidden.includes(folder)).map(({ result }) => result));
    const parts = reportParts({ groups: this.#grouped(query), runs, layers: await this.#layers, hidden });
    const figures = new Map(
      parts.flatMap(({ title: part, figures }, i) =>
        figures.map((figure): [string, Figure & FigureInfo] => {
          const key = `${i}/${figure.name}`;
          return [key, { ...figure, key, part: parts.length > 1 ? part : "", title: titleOf(figure) }];
        })
      ),
    );
    this.#figures = { key, figures };
    return figures;
  }

  async #figure(query: ResultsQuery, key: string): Promise<Figure & FigureInfo> {
    const figure = (await this.#drawable(query)).get(key);
    if (!figure) throw new UserError(`there is no figure ${key} of these runs any more`);
    return figure;
  }

  /** A figure's SVG for the page, or with a ground of its own for a file: byte for byte what a report has. */
  async draw(query: ResultsQuery, key: string, as: "page" | "file"): Promise<string> {
    const { spec } = await this.#figure(query, key);
    const { FILE_GROUND, renderSvg } = await loadRenderer();
    return await renderSvg(spec, as === "file" ? { background: FILE_GROUND } : {});
  }

  /** What a figure is drawn from. */
  async numbers(query: ResultsQuery, key: string): Promise<FigureNumbers> {
    const rows = chartRows((await this.#figure(query, key)).spec);
    return { rows, csv: rowsCsv(rows) };
  }

  /** The results as a text. */
  text(query: ResultsQuery, form: TextForm, rows: "runs" | "groups"): string {
    const groups = this.#grouped(query), { collection } = this;
    const warnings = [...collectionWarnings(collection), ...this.#warnings(groups)];
    return resultsForm(form, { collection, groups, warnings, rows, wide: true });
  }

  #run(folder: string): CollectedRun {
    const run = this.collection.runs.find((run) => run.folder === folder);
    if (!run) throw new UserError(`there is no run ${folder} in ${this.title}`);
    return run;
  }

  /** One run with its settings, its origin and its curves. */
  async details(folder: string): Promise<RunDetails> {
    const run = this.#run(folder), { result, provenance, config } = run;
    this.#layers ??= layersOfRuns(this.files, this.collection.runs);
    return {
      folder,
      result,
      provenance,
      config: [...flatConfig(config)],
      layers: (await this.#layers).get(result) ?? [],
      curves: await drawn(runFigures([{ name: result.name, run }])),
    };
  }

  /** The masks of one run as it was trained, in its model's order. @throws {UserError} where its folder has none */
  async masks(folder: string): Promise<StoredMask[]> {
    const masks = await lastMasks(this.files, this.#run(folder));
    if (!masks || masks.length === 0) throw new UserError(`${folder} has no ${RUN_FILES.masks}`);
    return masks;
  }

  /** Two runs beside each other. */
  async compare(a: string, b: string): Promise<ComparedRuns> {
    const comparison = await compareRuns(this.files, a, b), { config, masks } = comparison;
    const [first, second] = [this.#run(a).result.name, this.#run(b).result.name];
    const names: [string, string] = first === second ? [`${first} (a)`, `${second} (b)`] : [first, second];
    return {
      names,
      config,
      results: comparedResults(comparison).filter(([title]) => title !== "name"),
      masks,
      overlap: masks && masks.length > 0 ? totalOverlap(masks).jaccard : null,
      curves: await drawn(runFigures([{ name: names[0], run: comparison.a }, { name: names[1], run: comparison.b }])),
    };
  }
}

/** Vega is larger than all else here: tables need not wait for it. */
function loadRenderer() {
  return import("../experiment/chart_render.ts");
}

async function drawn(figures: readonly Figure[]): Promise<DrawnFigure[]> {
  const { renderSvg } = await loadRenderer();
  return await Promise.all(figures.map(async (figure) => {
    const { spec, ...words } = figure;
    return { ...words, key: figure.name, part: "", title: titleOf(figure), svg: await renderSvg(spec) };
  }));
}

function titleOf({ spec }: Figure): string {
  const { title } = spec as { title?: { text?: string } };
  return title?.text ?? "Figure";
}
