/**
 * The storage of a page: its runs, what was brought in, and its data sets, in whatever files the host keeps. It runs in a
 * worker of its own, so that packing and importing stop neither the page nor training.
 */
import { datasetsFolder, listCached, removeDataset } from "../data/cache.ts";
import { UserError } from "../errors.ts";
import { type Collection, collectRuns } from "../experiment/results_collect.ts";
import { IMPORTED_MARK, RUN_FILES } from "../experiment/run_files.ts";
import { readRun } from "../experiment/run_reader.ts";
import { curveRows } from "../experiment/run_curves.ts";
import { folderBytes, summariseRun } from "../experiment/run_summary.ts";
import { type Host, joinPath } from "../host/host.ts";
import type { OriginStorage } from "../host/origin_handles.ts";
import type { LayerPicture } from "./lab_types.ts";
import { failure, type OpenDrop, ownName, planDrop, takeDataset, takeImage } from "./drops.ts";
import {
  type DroppedFile,
  type DropPlan,
  type ExportedFile,
  type ExportProgress,
  type ImportInfo,
  IMPORTS_FOLDER,
  type KeptDataset,
  type RunCurves,
  type RunInfo,
  RUNS_FOLDER,
  type StorageApi,
  type StorageUse,
  type Taken,
  type TakeOptions,
  type TakeProgress,
} from "./storage_types.ts";

/** In an import's folder: what it is. */
const IMPORT_FILE = ".import.json";

/** See {@link StorageApi}. */
export class Storage implements StorageApi {
  readonly #drops = new Map<string, OpenDrop>();

  constructor(readonly host: Host, readonly origin?: Pick<OriginStorage, "estimate" | "persist" | "persisted">) {}

  async runs(): Promise<RunInfo[]> {
    const runs: RunInfo[] = [];
    for (const id of await this.#foldersIn(RUNS_FOLDER)) runs.push(await this.run(id));
    const time = ({ changed = "" }: RunInfo) => changed;
    return runs.sort((a, b) => time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : a.id < b.id ? -1 : 1);
  }

  async run(id: string): Promise<RunInfo> {
    const folder = runFolder(id);
    if (!(await this.host.stat(folder))?.isFolder) throw new UserError(`there is no run ${id} in this browser`);
    const summary = await summariseRun(this.host, folder);
    return { ...summary, id, imported: await this.host.exists(joinPath(folder, IMPORTED_MARK)) };
  }

  async curves(id: string): Promise<RunCurves> {
    const { metrics } = await readRun(this.host, runFolder(id));
    const rows = curveRows(metrics);
    return {
      id,
      training: new Float32Array(rows.flatMap((row) => [row.step, row.images, row.seconds, row.loss, row.accuracy])),
      evaluations: metrics.flatMap((metric) => {
        if (metric.kind !== "evaluate") return [];
        const { epoch, step, split, loss, accuracy, time } = metric;
        return [{ epoch, step, split, loss, accuracy, seconds: time?.seconds ?? null }];
      }),
      masks: metrics.flatMap((metric) => {
        if (metric.kind !== "mask") return [];
        const { step, reason, realised, compute } = metric;
        return [{ step, reason, realised, compute }];
      }),
      events: metrics.flatMap((metric) => {
        if (metric.kind !== "event") return [];
        const { event, step, message } = metric;
        return [{ event, step, message }];
      }),
    };
  }

  async picture(id: string, layer: string): Promise<LayerPicture | undefined> {
    const folder = runFolder(id), path = joinPath(folder, RUN_FILES.masks);
    if (!await this.host.exists(path)) return undefined;
    const { readMasks } = await import("../formats/masks.ts");
    const mask = readMasks(await this.host.readFile(path), path).masks.find(({ name }) => name === layer);
    const { metrics } = await readRun(this.host, folder),
      ended = await this.host.exists(joinPath(folder, RUN_FILES.result));
    const step = ended ? metrics.findLast((metric) => metric.kind === "mask")?.step ?? 0 : 0;
    return mask && { layer, shape: mask.shape, bits: mask.bits, kept: mask.nnz, step };
  }

  async results(folders: readonly string[] = [RUNS_FOLDER, IMPORTS_FOLDER]): Promise<Collection> {
    const present: string[] = [];
    for (const folder of folders) if (await this.host.exists(folder)) present.push(folder);
    const none: Collection = { runs: [], unfinished: [], unreadable: [], repeated: [] };
    if (present.length === 0) return none;
    try {
      return await collectRuns(this.host, present);
    } catch (error) {
      if (error instanceof UserError && error.message.startsWith("no run in ")) return none;
      throw error;
    }
  }

  async removeRun(id: string): Promise<void> {
    await this.host.remove(runFolder(id));
  }

  async use(): Promise<StorageUse> {
    const { usage = 0, quota = 0 } = await this.origin?.estimate() ?? {};
    const persisted = await this.origin?.persisted() ?? false;
    return {
      used: usage,
      quota,
      persisted,
      runs: await this.#bytesOf(RUNS_FOLDER),
      datasets: await this.#bytesOf(datasetsFolder(this.host)),
      imports: await this.#bytesOf(IMPORTS_FOLDER),
      ...(persisted ? {} : { warning: "This browser may delete runs when space is short." }),
    };
  }

  async persist(): Promise<boolean> {
    return await this.origin?.persist() ?? false;
  }

  async exportRun(id: string, onProgress?: (progress: ExportProgress) => void): Promise<ExportedFile> {
    return await this.exportRuns([id], onProgress);
  }

  async exportRuns(
    ids: readonly string[],
    onProgress: (progress: ExportProgress) => void = () => {},
  ): Promise<ExportedFile> {
    if (ids.length === 0) throw new UserError("no run to export");
    const { packFolders } = await import("../experiment/run_archive.ts");
    const { megabytesOf } = await import("./drop_words.ts");
    for (const id of ids) {
      if (!await this.host.exists(runFolder(id))) throw new UserError(`there is no run ${id} in this browser`);
    }
    const stem = ids.length === 1 ? ids[0] : `${ids.length}-runs`;
    const packed = await packFolders(this.host, ids.map(runFolder), (done, total) => {
      onProgress({ text: `Packing ${stem}.zip: ${megabytesOf(done, total)}`, done, total });
    });
    return { name: `${stem}.zip`, file: new File([packed], `${stem}.zip`, { type: "application/zip" }) };
  }

  async plan(files: readonly DroppedFile[]): Promise<DropPlan> {
    const { usage = 0, quota = Infinity } = await this.origin?.estimate() ?? {};
    const drop = await planDrop(this.host, files, Math.max(0, quota - usage));
    this.#drops.set(drop.plan.id, drop);
    return drop.plan;
  }

  async take(
    id: string,
    options: TakeOptions = {},
    onProgress: (progress: TakeProgress) => void = () => {},
  ): Promise<Taken> {
    const drop = this.#drops.get(id);
    if (!drop) throw new UserError("what was dropped is not here any more", { hint: "Drop it again." });
    const { kind, problem } = drop.plan;
    if (problem) throw new UserError(`${problem.heading} · ${problem.body}`, { hint: problem.hint });
    switch (kind) {
      case "dataset": {
        const dataset = await takeDataset(drop, options, onProgress);
        this.#drops.delete(id);
        return { kind, dataset };
      }
      case "image":
        return { kind, image: await takeImage(drop) };
      case "run":
        return { kind, runs: [await this.#takeRun(drop, options, onProgress)] };
      case "sweep":
      case "report":
        return { kind, import: await this.#takeImport(drop, kind, options, onProgress) };
      case "unknown":
        throw new UserError(`${drop.plan.source} is nothing that can be taken`);
    }
  }

  cancel(id: string): Promise<void> {
    this.#drops.get(id)?.controller.abort();
    return Promise.resolve();
  }

  forget(id: string): Promise<void> {
    this.#drops.delete(id);
    return Promise.resolve();
  }

  async datasets(): Promise<KeptDataset[]> {
    const sets = await listCached(this.host);
    return await Promise.all(sets.map(async ({ name, path, info, problem }) => {
      return { name, bytes: await folderBytes(this.host, path), info, problem };
    }));
  }

  async removeDataset(name: string): Promise<void> {
    await removeDataset(name, this.host);
  }

  async imports(): Promise<ImportInfo[]> {
    const imports: ImportInfo[] = [];
    for (const id of await this.#foldersIn(IMPORTS_FOLDER)) {
      const folder = joinPath(IMPORTS_FOLDER, id), path = joinPath(folder, IMPORT_FILE);
      if (!await this.host.exists(path)) continue;
      const about = JSON.parse(await this.host.readText(path)) as Omit<ImportInfo, "id" | "folder" | "bytes">;
      imports.push({ ...about, id, folder, bytes: await folderBytes(this.host, folder) });
    }
    return imports.sort((a, b) => a.changed < b.changed ? 1 : -1);
  }

  async removeImport(id: string): Promise<void> {
    await this.host.remove(joinPath(IMPORTS_FOLDER, checkId(id)));
  }

  readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.host.readFile(path);
  }

  /** Visible folders inside one; none where it is not there. */
  async #foldersIn(folder: string): Promise<string[]> {
    if (!await this.host.exists(folder)) return [];
    const entries = await this.host.list(folder);
    return entries.filter(({ name, isFolder }) => isFolder && !name.startsWith(".")).map(({ name }) => name);
  }

  async #bytesOf(folder: string): Promise<number> {
    return await this.host.exists(folder) ? await folderBytes(this.host, folder) : 0;
  }

  async #takeRun(
    drop: OpenDrop,
    { name, replace = false }: TakeOptions,
    onProgress: (progress: TakeProgress) => void,
  ): Promise<RunInfo> {
    const wanted = checkId(name ?? folderName(drop.plan.runs![0])), old = runFolder(wanted);
    const id = await this.#free(RUNS_FOLDER, wanted);
    await this.#unpack(drop, runFolder(id), onProgress, async (unpacked) => {
      await readRun(this.host, unpacked);
      await this.host.writeFile(joinPath(unpacked, IMPORTED_MARK), "");
    });
    if (!replace || id === wanted) return await this.run(id);
    await this.host.remove(old);
    await this.host.rename(runFolder(id), old);
    return await this.run(wanted);
  }

  async #takeImport(
    drop: OpenDrop,
    kind: "sweep" | "report",
    { name }: TakeOptions,
    onProgress: (progress: TakeProgress) => void,
  ): Promise<ImportInfo> {
    const { top, page, runs } = drop.runs!, wanted = name ?? (top.slice(top.lastIndexOf("/") + 1) || drop.plan.source);
    const id = await this.#free(IMPORTS_FOLDER, folderName(wanted)), folder = joinPath(IMPORTS_FOLDER, id);
    const about: Omit<ImportInfo, "id" | "folder" | "bytes"> = {
      kind,
      name: wanted,
      runs: runs.length,
      changed: this.host.now().toISOString(),
      page: page === undefined ? undefined : joinPath(folder, top === "" ? page : page.slice(top.length + 1)),
    };
    await this.#unpack(drop, folder, onProgress, async (unpacked) => {
      await this.host.writeFile(joinPath(unpacked, IMPORT_FILE), JSON.stringify(about));
    });
    return { ...about, id, folder, bytes: await folderBytes(this.host, folder) };
  }

  async #unpack(
    drop: OpenDrop,
    folder: string,
    onProgress: (progress: TakeProgress) => void,
    check: (unpacked: string) => Promise<void>,
  ): Promise<void> {
    const { unpackFolder, RUN_LIMITS } = await import("../experiment/run_archive.ts");
    const { openArchive, singleFile } = await import("../formats/archive.ts");
    const { megabytesOf } = await import("./drop_words.ts");
    const { plan, host, source, runs, controller, read } = drop;
    const packed = plan.files > 1 || (await host.stat(source))?.isFolder || runs!.page !== plan.source;
    const archive = packed ? await openArchive(host, source, RUN_LIMITS) : await singleFile(host, source);
    try {
      await unpackFolder(this.host, archive, runs!.top, folder, check, () => {
        if (controller.signal.aborted) throw new UserError(`${plan.source}: the import was stopped; nothing was kept`);
        const done = Math.min(read(), plan.bytes);
        onProgress({
          plan: plan.id,
          text: `Reading ${plan.source}: ${megabytesOf(done, plan.bytes)}`,
          done,
          total: plan.bytes,
        });
      });
    } catch (error) {
      throw await failure(error, drop);
    } finally {
      await archive.close();
    }
    this.#drops.delete(plan.id);
  }

  /** A name that is not taken in a folder: `name`, `name-2`, … */
  async #free(folder: string, name: string): Promise<string> {
    for (let i = 1;; i++) {
      const id = i === 1 ? name : `${name}-${i}`;
      if (!await this.host.exists(joinPath(folder, id))) return id;
    }
  }
}

/** @throws UserError for what cannot be a folder's name */
function checkId(id: string): string {
  if (/^[\w][\w.-]{0,199}$/.test(id)) return id;
  throw new UserError(`"${id}" cannot be the name of a run`, { hint: "Letters, digits, dots and dashes are used." });
}

function runFolder(id: string): string {
  return joinPath(RUNS_FOLDER, checkId(id));
}

/** Any name as a folder's. */
function folderName(name: string): string {
  const plain = name.replace(/\.(zip|tar|tar\.gz|tgz|html)$/i, "").replace(/[^\w.-]+/g, "-").replace(/^[-.]+/, "");
  return plain.slice(0, 120) || ownName(name);
}
