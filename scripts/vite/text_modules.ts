import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import { bareText } from "../../src/gpu/bare_text.ts";

/**
 * Gives a page what Deno has built in: `import code from "./x.wgsl" with { type: "text" }` is the file as a string,
 * here without its comments. (JSON
 * modules and the removal of the import attribute are Vite's own.)
 */
export function textModules(): Plugin {
  return {
    name: "text-modules",
    enforce: "pre",
    async load(id) {
      const [file, query] = id.split("?");
      if (!file.endsWith(".wgsl") || query === "raw") return null;
      this.addWatchFile(file);
      const text = bareText(await readFile(file, "utf8"));
      return { code: `export default ${JSON.stringify(text)};`, moduleType: "js" };
    },
  };
}
