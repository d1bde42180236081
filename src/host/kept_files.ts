/** Kept texts as files. */
import { type Host, joinPath, type KeptTexts } from "./host.ts";

/** Texts kept under a folder, which is asked for at each call and made at the first write. */
export function keptFiles(
  files: Pick<Host, "exists" | "readText" | "writeFile" | "makeDirectory">,
  folder: () => string,
): KeptTexts {
  const place = (name: string) => joinPath(folder(), name);
  return {
    place,
    read: async (name) => {
      let path: string;
      try {
        path = place(name);
      } catch {
        return undefined; // a machine without a folder to keep anything in has kept nothing
      }
      return await files.exists(path) ? await files.readText(path) : undefined;
    },
    write: async (name, text) => {
      const path = place(name);
      await files.makeDirectory(path.slice(0, path.lastIndexOf("/")));
      await files.writeFile(path, text);
    },
  };
}
