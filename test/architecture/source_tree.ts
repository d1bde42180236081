/** The project's own source, as text, for the tests that hold the architecture to its picture. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Every TypeScript (or other) file under a folder of the repository, as paths from its root with forward slashes. */
export function sourceFiles(folder: string, ending = /\.tsx?$/): string[] {
  const start = path.join(ROOT, folder);
  if (!fs.existsSync(start)) return [];
  return fs.readdirSync(start, { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file) && !file.includes("node_modules"))
    .map((file) => path.posix.join(folder, file.replaceAll("\\", "/")))
    .sort();
}

/** The text of a file of the repository. */
export function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}

/** TypeScript without its comments, so that an import in an example is not taken for one. */
export function withoutComments(code: string): string {
  // Strings come first in the alternation: a "//" inside one does not start a comment.
  return code.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string?: string) => string ?? "",
  );
}

const REFERENCES = [
  /\b(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/g, // import and re-export, types too
  /\bimport\s*["']([^"']+)["']/g, // for the side effect
  /\bimport\s*\(\s*["']([^"']+)["']/g, // dynamic
  /\bnew\s+URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url\s*\)/g, // a worker's script, a data file
];

/** What a file refers to: bare specifiers ("zod", "node:path") and files of the repository, as paths from its root. */
export function references(file: string): { packages: string[]; files: string[] } {
  const code = withoutComments(read(file));
  const specifiers = REFERENCES.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]));
  const relative = specifiers.filter((specifier) => specifier.startsWith("."));
  return {
    packages: specifiers.filter((specifier) => !specifier.startsWith(".")),
    files: relative.map((specifier) => path.posix.join(path.posix.dirname(file), specifier).replace(/\/$/, ""))
      .filter((target) => target !== "."), // the repository's own folder: where it is, not what is in it
  };
}
