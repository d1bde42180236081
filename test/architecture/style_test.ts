import { strict as assert } from "node:assert";
import { read, references, sourceFiles, withoutComments } from "./source_tree.ts";

const SOURCE = sourceFiles("src"), BENCH = sourceFiles("bench");
const MAX_LINES = 400;

function filesWith(pattern: RegExp, files: string[]): string[] {
  return files.filter((file) => pattern.test(withoutComments(read(file))));
}

Deno.test("source files export by name only", () => {
  assert.deepEqual(filesWith(/^\s*export\s+default\b|\bas\s+default\b/m, [...SOURCE, ...BENCH]), []);
});

Deno.test(`no source file is longer than ${MAX_LINES} lines`, () => {
  assert.deepEqual([...SOURCE, ...BENCH].filter((file) => read(file).split("\n").length > MAX_LINES + 1), []);
});

Deno.test("zod is imported as a namespace (the named import costs a page four times the bytes)", () => {
  const files = ["src", "web", "test", "scripts"].flatMap((folder) => sourceFiles(folder));
  assert.deepEqual(filesWith(/import\s+(type\s+)?\{[^}]*\}\s*from\s*["']zod/, files), []);
});

Deno.test("what differs between Deno and the page lives in src/host and src/cli only", () => {
  const shared = SOURCE.filter((file) => !file.startsWith("src/host/") && !file.startsWith("src/cli/"));
  assert.deepEqual(filesWith(/\bDeno\.\w/, shared), []);
  assert.deepEqual(shared.filter((file) => references(file).packages.some((name) => name.startsWith("node:"))), []);
});

Deno.test("what startsparse is measured against is needed in bench/ only", () => {
  const files = ["src", "web", "scripts", "examples", "test"].flatMap((folder) => sourceFiles(folder));
  const peer = (name: string) => /^@(jax-js|tensorflow)\//.test(name);
  assert.deepEqual(files.filter((file) => references(file).packages.some(peer)), []);
  const importing = files.filter((file) => references(file).files.some((target) => target.startsWith("bench/")));
  assert.deepEqual(importing.filter((file) => !file.startsWith("test/bench/peers/")), []);
  assert(!/@jax-js|@tensorflow/.test(read("package.json")));
  assert(!/"resolved"|\.tgz/.test(read("bench/package-lock.json")));
});

Deno.test("the lock file names no registry and holds Deno for every platform", () => {
  const lock = read("package-lock.json");
  assert(!/"resolved"|\.tgz/.test(lock));
  for (const target of ["linux-x64-glibc", "linux-arm64-glibc", "darwin-arm64", "darwin-x64", "win32-x64"]) {
    assert(lock.includes(`"node_modules/@deno/${target}"`), `@deno/${target} is missing: npm ci would fail`);
  }
});

Deno.test("no kernel branches on, or loops up to, a bare uniform: llvmpipe would compile it again at each dispatch", () => {
  // a condition that names nothing but a field of s and a number, or a loop that ends at such a field
  const bare = /\bif \(!?s\.\w+(?: *(?:[!=<>]=|[<>]) *\w+)?\)|\bfor \([^;]*; *\w+ *<=? *s\.\w+ *;/;
  const kernels = ["shaders", "test/ops/snapshots"].flatMap((folder) => sourceFiles(folder, /\.wgsl$/));
  assert(kernels.length > 50);
  assert.deepEqual(kernels.filter((file) => bare.test(withoutComments(read(file)))), []);
});
