import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import { bareText } from "../../src/gpu/bare_text.ts";

/**
 * Gives a page what Deno has built in: `import code from "./x.wgsl" with { type: "text" }` is the file as a string,
 * a shader here without its comments; YAML alike. (JSON
 * modules and the removal of the import attribute are Vite's own.)
 */
export function textModules(): Plugin {
  return {
    name: "text-modules",
    enforce: "pre",
    async load(id) {
      const file = id.split("?")[0];
      if (!/\.(wgsl|yaml)$/.test(file)) return null;
      this.addWatchFile(file);
      const whole = await readFile(file, "utf8"), text = file.endsWith(".wgsl") ? bareText(whole) : whole;
      return { code: `export default ${JSON.stringify(text)};`, moduleType: "js" };
    },
  };
}
