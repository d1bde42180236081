import { strict as assert } from "node:assert";
import { read, references, sourceFiles } from "./source_tree.ts";

const FILES = [...sourceFiles("src"), ...sourceFiles("web")];

/** The table of ARCHITECTURE.md: place (a folder or a file) to floor. */
function readFloors(): Map<string, number> {
  const block = /```floors\n([\s\S]*?)```/.exec(read("ARCHITECTURE.md"));
  assert(block, "ARCHITECTURE.md has no ```floors block");
  const floors = new Map<string, number>();
  for (const line of block[1].trim().split("\n")) {
    const [floor, ...places] = line.trim().split(/\s+/);
    for (const place of places) floors.set(place, Number(floor));
  }
  return floors;
}

const FLOORS = readFloors();

/** The place of the table that a file belongs to. */
function placeOf(file: string): string | undefined {
  return [...FLOORS.keys()].filter((place) => file === place || file.startsWith(`${place}/`))
    .sort((a, b) => b.length - a.length)[0];
}

Deno.test("every source file has a place in the floor table of ARCHITECTURE.md", () => {
  assert.deepEqual(FILES.filter((file) => placeOf(file) === undefined), []);
});

Deno.test("no file imports from a floor above it, nor from a neighbour on its own floor", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    const here = placeOf(file)!;
    for (const target of references(file).files) {
      const there = placeOf(target);
      if (there === undefined) {
        wrong.push(`${file} imports ${target}, which has no place in the table`);
      } else if (there !== here && FLOORS.get(there)! >= FLOORS.get(here)!) {
        wrong.push(`${file} (floor ${FLOORS.get(here)}) imports ${target} (floor ${FLOORS.get(there)})`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("no files import each other in a circle", () => {
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const visit = (file: string) => {
    if (state.get(file) === "open") {
      assert.fail(`a circle of imports: ${[...trail.slice(trail.indexOf(file)), file].join(" → ")}`);
    }
    if (state.has(file) || !FILES.includes(file)) return;
    state.set(file, "open");
    trail.push(file);
    references(file).files.forEach(visit);
    trail.pop();
    state.set(file, "done");
  };
  FILES.forEach(visit);
});
