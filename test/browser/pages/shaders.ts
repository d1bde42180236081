/** Every WGSL module of the project, compiled by this browser. */
import { compileAll, EMITS_KERNELS, type ShaderModuleSource, standAlone } from "../../../scripts/shader_modules.ts";

// Vite finds these when it serves this file, as scripts/check_shaders.ts does by reading the folders.
const wgsl: Record<string, string> = import.meta.glob("../../../shaders/**/*.wgsl", {
  // as they stand: which parts go together is in their comments
  query: "?raw",
  import: "default",
  eager: true,
});
const text: Record<string, string> = import.meta.glob("../../../src/{ops,data}/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const load: Record<string, () => Promise<{ shaderModules(): ShaderModuleSource[] }>> = import.meta.glob(
  "../../../src/{ops,data}/**/*.ts",
);

/** How many modules there are, and a message for each error or warning of this browser's compiler. */
export async function compileShaders(): Promise<{ modules: number; complaints: string[] }> {
  const modules = standAlone(new Map(Object.entries(wgsl).map(([path, code]) => [path.replace(/^[./]+/, ""), code])));
  for (const file of Object.keys(text).filter((file) => EMITS_KERNELS.test(text[file]))) {
    modules.push(...(await load[file]()).shaderModules());
  }
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("no WebGPU adapter");
  const device = await adapter.requestDevice();
  const complaints = await compileAll(device, modules);
  device.destroy();
  return { modules: modules.length, complaints };
}
