import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { contentPolicy } from "./scripts/vite/content_policy.ts";
import { datasets } from "./scripts/vite/datasets.ts";
import { partsOfVega } from "./scripts/vite/parts_of_vega.ts";
import { serviceWorker } from "./scripts/vite/service_worker.ts";
import { textModules } from "./scripts/vite/text_modules.ts";

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const JSX = { runtime: "automatic", importSource: "preact" } as const;

export default defineConfig({
  root: path.join(ROOT, "web"),
  // any host and any sub-path
  base: "./",
  cacheDir: path.join(ROOT, "node_modules/.cache/startsparse/vite"),
  clearScreen: false,
  plugins: [textModules(), datasets(), contentPolicy(), serviceWorker()],
  oxc: { jsx: JSX },
  // the search for packages to bundle beforehand has options of its own
  optimizeDeps: {
    rolldownOptions: { transform: { jsx: JSX } },
    // loads when a run makes its folder: a package that is found only then is bundled then, and the worker's import fails
    include: ["yaml"],
  },
  worker: {
    format: "es",
    plugins: () => [textModules(), partsOfVega()],
    rolldownOptions: {
      output: {
        // beside the page, so that what a worker looks for beside itself is there
        entryFileNames: "[name]-[hash].js",
        // what a worker starts with is one file: a request instead of twenty, and smaller
        codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] },
      },
    },
  },
  build: { target: "esnext", outDir: path.join(ROOT, "dist"), emptyOutDir: true, manifest: true },
});
