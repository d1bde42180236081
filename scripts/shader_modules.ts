/**
 * All WGSL of the project as modules that stand alone, for checking that every one compiles: the files under shaders/,
 * and the kernels that TypeScript emits. Any file under src/ops/ and src/data/ may add its kernels to the check by exporting
 *
 *   export function shaderModules(): ShaderModuleSource[]
 *
 * with one module for each variant of text that it can emit. Nothing needs to be registered.
 */

/** A WGSL module and what to call it in a message. */
export interface ShaderModuleSource {
  label: string;
  code: string;
}

/** How a file that emits kernels is recognised in its text, before it is imported. */
export const EMITS_KERNELS = /^export function shaderModules\b/m;

// At the start of a line: names declared inside a function are its own affair.
const DECLARATION = /^(?:@\w+(?:\([^)]*\))?\s*)*(?:fn|struct|const|alias|override|var(?:<[^>]*>)?)\s+(\w+)/gm;

/**
 * Shader files as modules that stand alone. Hosts put a kernel together from a library's text and its own; here a file
 * gets the libraries (files without an entry point) whose names it uses and does not declare itself.
 */
export function standAlone(files: ReadonlyMap<string, string>): ShaderModuleSource[] {
  const declared = new Map<string, Set<string>>();
  for (const [file, code] of files) {
    declared.set(file, new Set([...withoutComments(code).matchAll(DECLARATION)].map((match) => match[1])));
  }
  const libraries = [...files.keys()].filter((file) => !/@(compute|vertex|fragment)\b/.test(files.get(file)!));
  return [...files.keys()].map((file) => {
    const parts = [file];
    for (let i = 0; i < parts.length; i++) { // grows: a library may need another
      const words = new Set(withoutComments(files.get(parts[i])!).match(/\w+/g));
      const own = parts.flatMap((part) => [...declared.get(part)!]);
      for (const library of libraries) {
        const names = [...declared.get(library)!];
        if (parts.includes(library) || names.some((name) => own.includes(name))) continue;
        if (names.some((name) => words.has(name))) parts.push(library);
      }
    }
    return { label: parts.join(" + "), code: parts.map((part) => files.get(part)!).reverse().join("\n") };
  });
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
}

/** Compiles modules and gives back a message for each error or warning, empty when all is well. */
export async function compileAll(device: GPUDevice, modules: readonly ShaderModuleSource[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { label, code } of modules) {
    device.pushErrorScope("validation");
    const { messages } = await device.createShaderModule({ label, code }).getCompilationInfo();
    const error = await device.popErrorScope();
    for (const { type, lineNum, message } of messages) {
      if (type !== "info") complaints.push(`${label}, line ${lineNum}: ${type}: ${message}`);
    }
    if (error && messages.length === 0) complaints.push(`${label}: ${error.message}`);
  }
  return complaints;
}
