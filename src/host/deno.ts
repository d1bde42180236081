/** The host under Deno: signals, the terminal, data sets; its files are in `deno_files.ts`. */
import { UserError } from "../errors.ts";
import { attempt, createDenoFiles } from "./deno_files.ts";
import { keptFiles } from "./kept_files.ts";
import {
  type BackendChoice,
  type Host,
  type HostBackend,
  joinPath,
  type MemoryStatus,
  type Platform,
  type Terminal,
} from "./host.ts";

/** Settings of {@link createDenoHost}. */
export interface DenoHostOptions {
  /** The folder of the data sets, as a URL that ends in "/". Default: `datasets/` of this project. */
  datasets?: URL;
}

/** A host over Deno's files and signals. */
export function createDenoHost(options: DenoHostOptions = {}): Host {
  const datasets = options.datasets ?? new URL("../../datasets/", import.meta.url);
  const datasetFile = (name: string, file: string) => new URL(`${name}/${file}`, datasets);
  const files = createDenoFiles();
  return {
    kind: "deno",
    ...files,
    kept: keptFiles(files, () => Deno.env.get("STARTSPARSE_KEPT") || cacheFolder()),
    datasetUrl: (name, file) => readable(datasetFile(name, file)),
    readDataset: (name, file) => {
      const url = datasetFile(name, file);
      return attempt(
        `data set ${name}: cannot read ${readable(url)}`,
        () => Deno.readFile(url),
        "The file belongs to the project: restore it (git checkout), or install the package again.",
      );
    },
    cacheFolder,
    now: () => new Date(),
    milliseconds: () => performance.now(),
    environment: (name) => Deno.env.get(name),
    terminal,
    platform: (): Platform => ({ runtime: `Deno ${Deno.version.deno}`, os: Deno.build.os, arch: Deno.build.arch }),
    memory: (): MemoryStatus => ({
      resident: Deno.memoryUsage().rss,
      available: Deno.systemMemoryInfo().available,
    }),
    onInterrupt,
    gpu: () => navigator.gpu,
    backend,
  };
}

async function backend({ backend = "wgpu", boundsChecks = true }: BackendChoice = {}): Promise<HostBackend> {
  if (backend === "dawn") return await (await import("./dawn.ts")).openDawn({ boundsChecks });
  if (!boundsChecks) {
    throw new UserError("wgpu, the WebGPU of Deno, always checks bounds", {
      hint: "Ask for Dawn (--backend dawn), which can do without, or leave the flag out.",
    });
  }
  return { name: backend, gpu: navigator.gpu, boundsChecks };
}

function cacheFolder(): string {
  const name = "startsparse";
  // The XDG specification: an empty or relative value counts as not set.
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  if (xdg?.startsWith("/")) return joinPath(xdg, name);
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  if (home) return joinPath(home, ".cache", name);
  throw new UserError("no cache folder: neither XDG_CACHE_HOME nor HOME is set", {
    hint: "Set XDG_CACHE_HOME to the absolute path of a folder.",
  });
}

function terminal(): Terminal {
  const isTerminal = Deno.stdout.isTerminal();
  return { isTerminal, columns: isTerminal ? Deno.consoleSize().columns || 80 : 80 };
}

function onInterrupt(handler: () => void): () => void {
  // Windows knows no SIGTERM.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, handler);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, handler);
  };
}

function readable(url: URL): string {
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : url.href;
}
