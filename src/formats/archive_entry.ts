/** What every kind of archive gives, and the rules that each member has to keep before it is given to anybody. */
import { UserError } from "../errors.ts";

/** A regular file in an archive. */
export interface ArchiveEntry {
  /** Relative, parts separated by "/", without empty, "." and ".." parts. */
  readonly name: string;
  /** Bytes as the archive declares them; -1 where it does not. */
  readonly size: number;
  /**
   * The content, once, and only until the next entry is asked for.
   * @param limit how many bytes it may have; default: the archive's limit for one entry
   * @throws UserError when there are more, or other than declared, or the data are damaged
   */
  read(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** What an archive may hold, declared or real. */
export interface ArchiveLimits {
  /** Members, folders included. */
  readonly entries: number;
  /** Unpacked bytes of one member. */
  readonly entryBytes: number;
  /** Unpacked bytes of all members together. */
  readonly totalBytes: number;
}

/** A folder or a packed file, as a sequence of its regular files. */
export interface Archive {
  readonly path: string;
  readonly kind: "folder" | "tar" | "tar.gz" | "zip";
  /**
   * Its regular files in the archive's order, a folder's sorted by name. What macOS adds is left out.
   * @throws UserError at the first member that breaks a rule of {@link createGate}, and where the archive is damaged
   */
  entries(): AsyncIterable<ArchiveEntry>;
  /** Gives the file back. */
  close(): Promise<void>;
}

/** A member as an archive describes it. */
export interface Member {
  /** As it stands in the archive. */
  name: string;
  kind: "file" | "folder" | "link" | "other";
  /** Declared bytes, -1 where there is no such number. */
  size: number;
}

/** Checks the members of one archive, one after the other. */
export interface Gate {
  /** @returns the normalised name of a file that may be read; `undefined` for what is left out. @throws UserError */
  admit(member: Member): string | undefined;
  /** Counts bytes that have come out of the archive beyond what was declared. @throws UserError over the limits */
  count(bytes: number): void;
}

/** Images do not shrink; what unpacks to more than this many times its size is made to fill a disk. */
const MOST_RATIO = 250;
/** Small files may shrink as they like. */
const RATIO_FROM_BYTES = 64 * 2 ** 20;

/**
 * The rules: names stay inside the archive and are not repeated, members are files or folders, and there are no more of
 * them and no more bytes than `limits` say, nor than a file of `packedBytes` can honestly hold.
 * @param path how messages call the archive
 */
export function createGate(path: string, limits: ArchiveLimits, packedBytes = Infinity): Gate {
  const names = new Set<string>();
  let members = 0;
  let total = 0;

  function count(bytes: number): void {
    total += bytes;
    if (total > limits.totalBytes) {
      throw new UserError(`${path} unpacks to more than ${limits.totalBytes} bytes, the most that is expected of it`, {
        hint: "Is it the right file?",
      });
    }
    if (total > RATIO_FROM_BYTES && total > MOST_RATIO * packedBytes) {
      throw new UserError(
        `${path} unpacks to more than ${MOST_RATIO} times its ${packedBytes} bytes: it looks like a trap`,
        { hint: "If you trust it, unpack it yourself and give the folder." },
      );
    }
  }

  return {
    count,
    admit({ name, kind, size }) {
      if (++members > limits.entries) {
        throw new UserError(`${path} has more than ${limits.entries} members, the most that are expected of it`, {
          hint: "Is it the right file?",
        });
      }
      const normal = normalName(path, name);
      if (kind === "link" || kind === "other") {
        const what = kind === "link" ? "a link" : "neither a file nor a folder";
        throw refuseMember(path, name, `it is ${what}, and only files and folders are read`);
      }
      if (kind === "folder") return undefined;
      if (normal === "") throw refuseMember(path, name, "it is a file without a name");
      if (names.has(normal)) throw refuseMember(path, name, "there are two members of that name");
      names.add(normal);
      if (size > limits.entryBytes) {
        throw refuseMember(path, name, `it has ${size} bytes, and ${limits.entryBytes} are the most that are expected`);
      }
      if (size > 0) count(size);
      return isLitter(normal) ? undefined : normal;
    },
  };
}

/** The error of one member: names the archive and the member. */
export function refuseMember(path: string, name: string, why: string, cause?: unknown): UserError {
  // Quoted and cut, because the name comes from a file that may be made to confuse.
  const shown = JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
  return new UserError(`${path}: member ${shown}: ${why}`, { cause });
}

/** Makes sure that a member may be read at all and as much as its reader wants. */
export function checkSize(path: string, name: string, size: number, limit: number): void {
  if (size > limit) throw refuseMember(path, name, `it has ${size} bytes, and at most ${limit} are expected`);
}

/** Lets a member be read once, and only while it is the current one. */
export function readOnce(read: ArchiveEntry["read"]): { read: ArchiveEntry["read"]; end: () => boolean } {
  let state: "fresh" | "read" | "over" = "fresh";
  return {
    async read(limit) {
      // The caller's mistake, not the user's.
      if (state !== "fresh") throw new Error(`an entry that is ${state} cannot be read`);
      state = "read";
      return await read(limit);
    },
    /** @returns whether it has been read */
    end() {
      const wasRead = state === "read";
      state = "over";
      return wasRead;
    },
  };
}

function normalName(path: string, name: string): string {
  const refuse = (why: string) => refuseMember(path, name, why);
  if (name.includes("\0")) throw refuse("its name has a NUL character");
  if (name.includes("\\")) throw refuse("its name has a backslash, which some systems take for a folder's end");
  if (name.startsWith("/")) throw refuse("its name is an absolute path");
  if (/^[a-z]:/i.test(name)) throw refuse("its name begins with a drive");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse('its name has a ".." part, which leads out of the archive');
  return parts.join("/");
}

/** What macOS puts beside files when it packs them. */
function isLitter(name: string): boolean {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return name.startsWith("__MACOSX/") || last.startsWith("._") || last === ".DS_Store";
}
