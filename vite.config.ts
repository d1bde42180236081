import { cp, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const DATASETS = path.join(ROOT, "datasets");

/**
 * Gives a page what Deno has built in: `import code from "./x.wgsl" with { type: "text" }` is the file as a string. (JSON
 * modules and the removal of the import attribute are Vite's own.)
 */
function textModules(): Plugin {
  return {
    name: "text-modules",
    enforce: "pre",
    async load(id) {
      const file = id.split("?")[0];
      if (!file.endsWith(".wgsl")) return null;
      this.addWatchFile(file);
      return { code: `export default ${JSON.stringify(await readFile(file, "utf8"))};`, moduleType: "js" };
    },
  };
}

/** Vega-Lite imports a handful of small functions from the whole of Vega, which are those of vega-util. */
function partsOfVega(): Plugin {
  return {
    name: "parts-of-vega",
    enforce: "pre",
    resolveId(id, importer) {
      return id === "vega" && importer?.includes("/vega-lite/") ? this.resolve("vega-util", importer) : null;
    },
  };
}

/** The embedded data sets beside the page: copied into what is built, and served where it is developed. */
function embeddedDatasets(): Plugin {
  let folder = "";
  return {
    name: "embedded-datasets",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const found = /\/datasets\/([\w.-]+)\/([\w.-]+)$/.exec((request.url ?? "").split("?")[0]);
        const file = found && path.join(DATASETS, found[1], found[2]);
        if (!file || !(await stat(file).catch(() => undefined))?.isFile()) return next();
        response.setHeader("content-type", "application/octet-stream");
        response.end(await readFile(file));
      });
    },
    async writeBundle() {
      await cp(DATASETS, path.join(folder, "datasets"), { recursive: true });
    },
  };
}

/**
 * What the built page may do: nothing from elsewhere, no inline script, no code from strings. Static hosts send no headers
 * of ours, so it is a meta element; development servers put scripts of their own into the page, so only builds have it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function contentPolicy(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  root: path.join(ROOT, "web"),
  // any host and any sub-path
  base: "./",
  cacheDir: path.join(ROOT, "node_modules/.cache/startsparse/vite"),
  clearScreen: false,
  plugins: [textModules(), embeddedDatasets(), contentPolicy()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: {
    format: "es",
    plugins: () => [textModules(), partsOfVega()],
    // beside the page, so that what a worker looks for beside itself is there
    rolldownOptions: { output: { entryFileNames: "[name]-[hash].js" } },
  },
  build: { target: "esnext", outDir: path.join(ROOT, "dist"), emptyOutDir: true, manifest: true },
});
