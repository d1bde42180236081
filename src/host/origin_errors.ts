/** What the browser's storage refuses, in plain words. */
import { byteWords } from "../bytes.ts";
import { UserError } from "../errors.ts";
import { originStorage } from "./origin_handles.ts";

const FULL = "Not saved: browser storage is full";

/** Whether an error says that the browser's storage is full; also after it has crossed between threads. */
export function isStorageFull(error: unknown): boolean {
  return error instanceof UserError && error.message.startsWith(FULL);
}

/** By the names of DOMExceptions. */
const REASONS: Record<string, string> = {
  NotFoundError: "there is no such file or folder",
  TypeMismatchError: "a part of the path is a file, not a folder",
  NoModificationAllowedError: "it is in use by another part of the page, or in another tab",
  InvalidModificationError: "the browser does not allow it",
  NotReadableError: "it has changed while it was read, or the disk cannot be read",
  SecurityError: "the browser does not allow this page to keep files (a private window may not)",
  NotAllowedError: "the browser does not allow this page to keep files (a private window may not)",
};

/** Runs `act` and turns what the browser refuses into one clear message. */
export async function attemptOrigin<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw await explained(what, cause);
  }
}

async function explained(what: string, cause: unknown): Promise<UserError> {
  if (cause instanceof UserError) return cause;
  if (nameOf(cause) === "QuotaExceededError") return await storageFull(cause);
  return refused(what, cause);
}

/** The error for anything but a full storage, at once. */
export function refused(what: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const reason = REASONS[nameOf(cause)] ?? (cause as Error | undefined)?.message ?? String(cause);
  return new UserError(`${what}: ${reason}`, { cause });
}

/** The error for a full storage, with what is used and what there may be. */
async function storageFull(cause: unknown): Promise<UserError> {
  const { usage = 0, quota = 0 } = await originStorage()?.estimate().catch(() => undefined) ?? {};
  return new UserError(`${FULL} (${byteWords(usage)} of ${byteWords(quota)}).`, {
    hint: "Export runs that you want to keep, and remove some." +
      (usage < 0.9 * quota ? " The disk itself may be full: the browser allows more than it can give." : ""),
    cause,
  });
}

/** What the browser calls an error. */
export function nameOf(cause: unknown): string {
  return (cause as { name?: string } | undefined)?.name ?? "";
}

/** What a writer throws where the browser has taken fewer bytes than it was given. */
export function quotaExceeded(): Error {
  return Object.assign(new Error("the browser has taken a part only"), { name: "QuotaExceededError" });
}
