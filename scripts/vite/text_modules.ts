import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import { bareText } from "../../src/gpu/bare_text.ts";

/**
 * Gives a page what Deno has built in: `import code from "./x.wgsl" with { type: "text" }` is the file as a string (WGSL
 * without its comments), and YAML alike. (JSON modules and the removal of the import attribute are Vite's own.)
 */
export function textModules(): Plugin {
  return {
    name: "text-modules",
    enforce: "pre",
    async load(id) {
      const [file, query] = id.split("?");
      if (!/\.(wgsl|yaml)$/.test(file) || query === "raw") return null;
      this.addWatchFile(file);
      const text = await readFile(file, "utf8"), content = file.endsWith(".wgsl") ? bareText(text) : text;
      return { code: `export default ${JSON.stringify(content)};`, moduleType: "js" };
    },
  };
}
