/**
 * Renaming in the origin-private file system. Files move in one step. Folders move in one step in Safari and Firefox;
 * Chromium cannot, so their files move one by one: what is to be done is written down first, and whoever opens the
 * storage next finishes what a crash has left undone. So a folder is under its old name, or, once the storage is open,
 * under its new one as a whole; only another worker that looks during those milliseconds can see a part.
 */
import { type OriginFile, type OriginFolder, web } from "./origin_handles.ts";
import { baseName, parentOf, partsOf, walk } from "./origin_paths.ts";

/** In the root: a file for each folder that is on its way. */
export const JOURNAL_FOLDER = ".startsparse-renames";

/** Puts a file in a folder under a name; a file that has the name is replaced as a whole. */
export async function moveFile(
  file: OriginFile,
  from: OriginFolder,
  to: OriginFolder,
  name: string,
): Promise<void> {
  try {
    await file.move(to, name);
  } catch (cause) {
    const target = await to.getFileHandle(name).catch(() => undefined);
    const source = await from.getFileHandle(file.name).catch(() => undefined);
    if (!target || !source) throw cause;
    // this browser's move replaces nothing
    await (await file.getFile()).stream().pipeTo(await target.createWritable());
    await from.removeEntry(file.name);
  }
}

/** Gives a folder another name; there is nothing of that name. */
export async function renameFolder(root: OriginFolder, from: string, to: string): Promise<void> {
  const folder = await walk(root, partsOf(from)), parent = await walk(root, parentOf(to));
  if (folder.move) {
    try {
      return await folder.move(parent, baseName(to));
    } catch {
      // it has the function and cannot do it: as without
    }
  }
  await alone(async () => {
    const journal = await root.getDirectoryHandle(JOURNAL_FOLDER, { create: true });
    const name = crypto.randomUUID();
    // an access handle would show a part of the note; this comes as a whole
    const note = await (await journal.getFileHandle(name, { create: true })).createWritable();
    await new Blob([JSON.stringify({ from, to })]).stream().pipeTo(note);
    await carryOut(root, journal, name, { from, to });
  });
}

/** Finishes what was begun before a crash. */
export async function finishRenames(root: OriginFolder): Promise<void> {
  const journal = await root.getDirectoryHandle(JOURNAL_FOLDER).catch(() => undefined);
  if (!journal || (await notesOf(journal)).length === 0) return;
  await alone(async () => {
    for (const name of await notesOf(journal)) {
      const text = await (await (await journal.getFileHandle(name)).getFile()).text();
      // empty: nothing was done yet
      if (text === "") await journal.removeEntry(name);
      else await carryOut(root, journal, name, JSON.parse(text) as { from: string; to: string });
    }
  });
}

async function notesOf(journal: OriginFolder): Promise<string[]> {
  const names: string[] = [];
  for await (const [name] of journal.entries()) if (!name.includes(".")) names.push(name);
  return names;
}

/** Does what a note says, from whatever state; then it is done away with. */
async function carryOut(
  root: OriginFolder,
  journal: OriginFolder,
  name: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const above = await walk(root, parentOf(from));
  const folder = await above.getDirectoryHandle(baseName(from)).catch(() => undefined);
  if (folder) {
    await moveContent(folder, await walk(root, partsOf(to), true));
    await above.removeEntry(baseName(from), { recursive: true });
  }
  await journal.removeEntry(name);
}

async function moveContent(from: OriginFolder, to: OriginFolder): Promise<void> {
  const entries: (OriginFile | OriginFolder)[] = [];
  for await (const [, entry] of from.entries()) entries.push(entry);
  for (const entry of entries) {
    if (entry.kind === "file") await moveFile(entry, from, to, entry.name);
    else await moveContent(entry, await to.getDirectoryHandle(entry.name, { create: true }));
  }
}

/** One renames at a time among all workers of the origin. */
function alone<T>(act: () => Promise<T>): Promise<T> {
  const { locks } = web.navigator;
  return locks ? locks.request("startsparse renames", act) : act();
}
