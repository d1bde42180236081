/**
 * Locks of cells: whoever runs one holds a lock of the operating system on its file, which ends with the process, however
 * that ends. So no two processes train one cell, and who looks can tell what runs from what was left behind.
 */

/** A lock that is held. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes a lock. One that is held is tried again for a while: a process that was killed may need a moment to be gone.
 * @returns undefined where somebody else holds it
 */
export async function takeLock(path: string, milliseconds = 10_000): Promise<HeldLock | undefined> {
  const file = await Deno.open(path, { create: true, write: true });
  const until = performance.now() + milliseconds;
  while (!(await file.tryLock(true))) {
    if (performance.now() > until) {
      file.close();
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { release: () => file.close() };
}

/** Whether somebody holds a lock. */
export async function isLocked(path: string): Promise<boolean> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  try {
    return !(await file.tryLock(true));
  } finally {
    file.close();
  }
}
