/** Compiles every WGSL module of the project under Deno (naga). A browser test does the same in Chromium (Tint). */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { compileAll, EMITS_KERNELS, type ShaderModuleSource, standAlone } from "./shader_modules.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

function readAll(folder: string, extension: string): Map<string, string> {
  const files = fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension)).map((file) => path.join(folder, file)).sort();
  return new Map(files.map((file) => [file, fs.readFileSync(path.join(root, file), "utf8")]));
}

const modules = standAlone(readAll("shaders", ".wgsl"));
for (const [file, text] of [...readAll("src/ops", ".ts"), ...readAll("src/data", ".ts")]) {
  if (!EMITS_KERNELS.test(text)) continue;
  const emitter: { shaderModules(): ShaderModuleSource[] } = await import(new URL(`../${file}`, import.meta.url).href);
  modules.push(...emitter.shaderModules());
}

const adapter = await navigator.gpu.requestAdapter();
if (!adapter) throw new Error("no WebGPU adapter");
// Kernels may use what the adapter has beyond the defaults: `enable f16` compiles only where the device has it.
const features: GPUFeatureName[] = ["shader-f16"];
const device = await adapter.requestDevice({ requiredFeatures: features.filter((name) => adapter.features.has(name)) });
const complaints = await compileAll(device, modules);
for (const complaint of complaints) console.error(complaint);
console.log(`${modules.length} shader modules, ${complaints.length} complaints`);
Deno.exit(complaints.length > 0 ? 1 : 0);
