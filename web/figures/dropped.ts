/** Files of a drop or a picker, with their paths: folders are gone through. */
import type { DroppedFile } from "../../src/worker/storage_types.ts";

/** The files of a picker; those of a folder have their paths in it. */
export function chosenFiles(list: FileList | null): DroppedFile[] {
  return [...list ?? []].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of a drop. To be called while the event is handled; the browser lets go of them afterwards. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => {
    return item.webkitGetAsEntry?.() ?? item.getAsFile();
  });
  const found: DroppedFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (entry) await walk(entry, found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, found: DroppedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // a reader gives at most some hundred entries at a time, and none when it is through
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const child of entries) await walk(child, found);
  }
}
