/** Vega-Lite imports a handful of small functions from the whole of Vega: they are those of vega-util. */
import type { Plugin } from "vite";

export function partsOfVega(): Plugin {
  return {
    name: "parts-of-vega",
    enforce: "pre",
    resolveId(id, importer) {
      return id === "vega" && importer?.includes("/vega-lite/") ? this.resolve("vega-util", importer) : null;
    },
  };
}
