/** Paths of the origin-private file system: names between folders, from the origin's root. */
import { UserError } from "../errors.ts";
import type { OriginFolder } from "./origin_handles.ts";

/** The names of a path, without empty and "." ones. @throws UserError for "..", which nothing here leads to */
export function partsOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new UserError(`the path ${path} has a ".." part`);
  return parts;
}

/** The folders above the last name. */
export function parentOf(path: string): string[] {
  return partsOf(path).slice(0, -1);
}

/** The last name; "" for the root. */
export function baseName(path: string): string {
  return partsOf(path).at(-1) ?? "";
}

/** The folder at the end of `parts`, made where that is asked for. */
export async function walk(root: OriginFolder, parts: readonly string[], create = false): Promise<OriginFolder> {
  let folder = root;
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
}
