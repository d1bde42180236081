/** Small sources with the real layouts, and a folder to write them to. */
import { dirname, join } from "node:path";
import { createDenoHost } from "../../../src/host/deno.ts";
import { type Host } from "../../../src/host/host.ts";
import type { Member } from "./members.ts";

export * from "./members.ts";

const bytesOf = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** A temporary folder with a host that has its cache in it. */
export interface Workshop {
  host: Host;
  folder: string;
  /** Writes a file. @returns its path */
  file(name: string, content: Uint8Array | string): Promise<string>;
  /** Writes members as files of a folder. @returns the folder's path */
  unpacked(name: string, members: readonly Member[]): Promise<string>;
}

/** Calls `act` with a workshop that is swept afterwards. */
export async function withWorkshop(act: (workshop: Workshop) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = async (name: string, content: Uint8Array | string) => {
    const path = join(folder, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytesOf(content));
    return path;
  };
  const unpacked = async (name: string, members: readonly Member[]) => {
    await Deno.mkdir(join(folder, name), { recursive: true });
    for (const member of members) await file(`${name}/${member.name}`, member.content);
    return join(folder, name);
  };
  try {
    await act({ host: { ...createDenoHost(), cacheFolder: () => join(folder, "cache") }, folder, file, unpacked });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
