/** The files of a drop, a paste or a picker, with their paths inside what was dropped. */
import type { DroppedFile } from "../../src/worker/storage_types.ts";

/** Whether there are files in it; what is dragged within the page has none. */
export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

/** All files, folders opened. To be called while the event is handled: the list is gone afterwards. */
export function filesOf(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const plain = [...transfer.files];
  return (async () => {
    const all: DroppedFile[] = [];
    for (const { entry, file } of entries) {
      if (entry) await collect(entry, all);
      else if (file) all.push({ path: file.name, file });
    }
    return all.length > 0 ? all : plain.map((file) => ({ path: file.name, file }));
  })();
}

async function collect(entry: FileSystemEntry, all: DroppedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    all.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives some entries at a time, and none when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const child of some) await collect(child, all);
  }
}

/** Asks for files, or for a folder. Nothing where the visitor chooses nothing. */
export function chooseFiles({ folder = false } = {}): Promise<DroppedFile[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  return new Promise((resolve) => {
    input.addEventListener("cancel", () => resolve([]));
    input.addEventListener("change", () => {
      resolve([...input.files ?? []].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    });
    input.click();
  });
}
