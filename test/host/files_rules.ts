/** Rules that every kind of files keeps: on disk, in memory, in a browser's storage. Run under Deno and in a page. */
import { UserError } from "../../src/errors.ts";
import { joinPath } from "../../src/host/host.ts";
import type { Files } from "../../src/host/memory_files.ts";
import { assert, refuses } from "./rule_asserts.ts";

/** A rule, tried in a folder that need not exist and that nobody else uses. */
export interface FilesRule {
  readonly name: string;
  check(files: Files, folder: string): Promise<void>;
}

/** The rules. */
export const FILES_RULES: readonly FilesRule[] = [];

function rule(name: string, check: FilesRule["check"]): void {
  (FILES_RULES as FilesRule[]).push({ name, check });
}

const bytes = (...values: number[]) => new Uint8Array(values);

rule("written, replaced, appended to, listed, removed", async (files, folder) => {
  const run = joinPath(folder, "runs/a");
  await files.makeDirectory(run);
  await files.makeDirectory(run);
  await files.writeFile(joinPath(run, "result.json"), "{}");
  await files.writeFile(joinPath(run, "result.json"), "{ü}");
  await files.appendFile(joinPath(run, "metrics.jsonl"), "1\n");
  await files.appendFile(joinPath(run, "metrics.jsonl"), new TextEncoder().encode("2\n"));
  await files.makeDirectory(joinPath(run, "checkpoints"));
  assert.equal(await files.readText(joinPath(run, "result.json")), "{ü}");
  assert.deepEqual(await files.readFile(joinPath(run, "metrics.jsonl")), new TextEncoder().encode("1\n2\n"));
  assert.deepEqual(await files.list(run), [
    { name: "checkpoints", isFolder: true },
    { name: "metrics.jsonl", isFolder: false },
    { name: "result.json", isFolder: false },
  ]);
  assert.deepEqual(await files.list(joinPath(folder, "runs")), [{ name: "a", isFolder: true }]);
  assert(await files.exists(run) && await files.exists(joinPath(run, "result.json")));
  await files.remove(folder);
  await files.remove(folder);
  assert(!await files.exists(run) && !await files.exists(joinPath(run, "result.json")));
});

rule("what cannot be done is one message that names the path", async (files, folder) => {
  await files.makeDirectory(folder);
  const file = joinPath(folder, "file");
  await files.writeFile(file, "content");
  // Permission bits do not bind an administrator; a path below a file cannot be written by anybody.
  await refuses(files.makeDirectory(joinPath(file, "out")), /cannot write into the folder .*file\/out: a part of/);
  await refuses(files.makeDirectory(file), /cannot write into the folder .*file/);
  await refuses(files.writeFile(joinPath(file, "x"), ""), /cannot write .*file\/x: a part of the path is a file/);
  await refuses(files.writeFile(joinPath(folder, "none/x"), ""), /cannot write .*none\/x: there is no such/);
  await refuses(files.appendFile(joinPath(folder, "none/x"), ""), /cannot write .*none\/x: there is no such/);
  await refuses(files.writeFile(folder, ""), /cannot write/);
  await refuses(files.readFile(joinPath(folder, "none")), /cannot read .*none: there is no such file/);
  await refuses(files.readText(joinPath(folder, "none")), /cannot read .*none: there is no such file/);
  await refuses(files.list(joinPath(folder, "none")), /cannot list the folder .*none: there is no such/);
  assert.equal(await files.readText(file), "content");
  assert.deepEqual(await files.list(folder), [{ name: "file", isFolder: false }], "nothing temporary stays");
  await files.remove(folder);
});

rule("read at any place, exactly what was asked for", async (files, folder) => {
  await files.makeDirectory(folder);
  const file = joinPath(folder, "pixels.bin");
  await files.writeFile(file, bytes(0, 1, 2, 3, 4, 5, 6, 7));
  const handle = await files.openFile(file);
  assert.equal(handle.path, file);
  assert.equal(handle.size, 8);
  assert.deepEqual(await handle.read(5, 2), bytes(5, 6));
  assert.deepEqual(await Promise.all([handle.read(6, 2), handle.read(0, 3)]), [bytes(6, 7), bytes(0, 1, 2)]);
  assert.deepEqual(await handle.read(8, 0), bytes());
  const target = new Uint8Array(4);
  handle.readInto(3, target.subarray(1, 3));
  assert.deepEqual(target, bytes(0, 3, 4, 0));
  await refuses(handle.read(6, 3), /cannot read .*pixels\.bin: it ends at byte 8, before byte 9/);
  assert.throws(() => handle.readInto(5, target), UserError);
  handle.close();
  handle.close();
  await refuses(files.openFile(joinPath(folder, "none")), /cannot read .*none: there is no such file/);
  await refuses(files.openFile(folder), /cannot read .*: it is a folder/);
  await files.remove(folder);
});

rule("written piece by piece, replaced or continued", async (files, folder) => {
  await files.makeDirectory(folder);
  const file = joinPath(folder, "archive.part");
  await files.writeFile(file, "something longer than what comes");
  const writer = await files.openWriter(file);
  const piece = bytes(1, 2, 3);
  await writer.write(piece);
  piece.fill(9);
  await writer.write(bytes(4));
  await writer.write(bytes());
  await writer.close();
  await writer.close();
  await refuses(writer.write(piece), /cannot write .*archive\.part: it is closed/);
  assert.deepEqual(await files.readFile(file), bytes(1, 2, 3, 4));
  const more = await files.openWriter(file, { append: true });
  for (let i = 5; i < 200; i++) await more.write(bytes(i));
  await more.close();
  assert.deepEqual(await files.readFile(file), Uint8Array.from({ length: 199 }, (_, i) => i + 1));
  assert.equal((await files.stat(file))?.size, 199);
  const fresh = await files.openWriter(joinPath(folder, "new"), { append: true });
  await fresh.close();
  assert.equal((await files.stat(joinPath(folder, "new")))?.size, 0);
  await refuses(files.openWriter(joinPath(folder, "none/x")), /cannot write .*none\/x: there is no such/);
  await refuses(files.openWriter(folder), /cannot write /);
  await files.remove(folder);
});

rule("renamed with all they hold; a folder is never replaced", async (files, folder) => {
  const at = (...parts: string[]) => joinPath(folder, ...parts);
  await files.makeDirectory(at("new/inner"));
  await files.writeFile(at("new/inner/a"), "a");
  await files.writeFile(at("file"), "file");
  await files.writeFile(at("other"), "other");
  await files.rename(at("new"), at("set"));
  assert.equal(await files.readText(at("set/inner/a")), "a");
  assert.equal(await files.stat(at("new")), undefined);
  await files.rename(at("file"), at("other"));
  assert.equal(await files.readText(at("other")), "file");
  await files.makeDirectory(at("empty"));
  await refuses(
    files.rename(at("set"), at("empty")),
    /cannot rename .*set to .*empty: there is a folder of that name/,
  );
  await refuses(files.rename(at("other"), at("empty")), /there is a folder of that name/);
  await refuses(files.rename(at("set"), at("other")), /cannot rename/);
  await refuses(files.rename(at("none"), at("b")), /cannot rename .*none to .*b: there is no such file or folder/);
  await refuses(files.rename(at("other"), at("none/b")), /there is no such file or folder/);
  await refuses(files.rename(at("set"), at("set/inner/set")), /cannot rename/);
  assert.deepEqual((await files.list(folder)).map(({ name }) => name), ["empty", "other", "set"]);
  await files.remove(folder);
});

rule("what there is at a path", async (files, folder) => {
  await files.makeDirectory(folder);
  await files.writeFile(joinPath(folder, "file"), "12345");
  assert.deepEqual(await files.stat(folder), { isFile: false, isFolder: true, isLink: false, size: 0 });
  assert.deepEqual(await files.stat(joinPath(folder, "file")), {
    isFile: true,
    isFolder: false,
    isLink: false,
    size: 5,
  });
  assert.equal(await files.stat(joinPath(folder, "none")), undefined);
  assert.equal(await files.stat(joinPath(folder, "file/below")), undefined);
  await files.remove(folder);
});
