/** Opens what somebody dropped or chose: files, folders and archives, as the files of one folder. */
import { archiveKind, KIND_BYTES } from "../formats/archive_kind.ts";
import { createDroppedFiles, type DroppedContent } from "../host/dropped_files.ts";
import type { ReadFiles } from "../host/host.ts";
import { createMemoryFiles } from "../host/memory_files.ts";
import type { DroppedFile } from "./storage_types.ts";

/** What the archives of results may hold. */
const LIMITS = { entries: 200_000, entryBytes: 2 ** 30, totalBytes: 8 * 2 ** 30 };

/** Files that results are read from: weights and checkpoints stay packed. */
const WANTED = /(^|\/)(config\.yaml|(provenance|plan|result|sweep)\.json|[^/]+\.jsonl|masks\.safetensors|[^/]+\.html)$/;

/** The files, those of archives among them under the archive's name. `onProgress` gets words with a number. */
export async function openDropped(
  dropped: readonly DroppedFile[],
  onProgress: (text: string) => void = () => {},
): Promise<ReadFiles> {
  const contents: DroppedContent[] = [];
  for (const { path, file } of dropped) {
    const kind = await kindOf(file);
    if (kind === "zip" || kind === "tar" || kind === "gzip") contents.push(...await unpack(path, file, onProgress));
    else contents.push({ path, content: file });
  }
  return createDroppedFiles(contents);
}

/** By content, never by name; only what is called an archive is looked into, or every mask would be opened. */
async function kindOf(file: File): Promise<string> {
  if (WANTED.test(file.name)) return "other";
  return archiveKind(new Uint8Array(await file.slice(0, KIND_BYTES).arrayBuffer())).kind;
}

async function unpack(path: string, file: File, onProgress: (text: string) => void): Promise<DroppedContent[]> {
  const files = createMemoryFiles(), name = file.name, contents: DroppedContent[] = [];
  await files.writeFile(name, new Uint8Array(await file.arrayBuffer()));
  const { openArchive } = await import("../formats/archive.ts");
  const archive = await openArchive(files, name, LIMITS);
  try {
    for await (const entry of archive.entries()) {
      if (!WANTED.test(entry.name)) continue;
      contents.push({
        path: `${path.replace(/\.(zip|tar|tgz|tar\.gz)$/i, "")}/${entry.name}`,
        content: await entry.read(),
      });
      if (contents.length % 20 === 0) onProgress(`Reading ${name}: ${contents.length} files`);
    }
  } finally {
    await archive.close();
  }
  return contents;
}
