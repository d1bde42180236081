/** A dedicated worker over the origin-private file system, as the page's engine and storage are. */
import * as comlink from "comlink";
import { UserError } from "../../../src/errors.ts";
import { createPageHost } from "../../../src/host/page.ts";
import { keepErrors } from "../../../src/worker/errors.ts";
import { FILES_RULES } from "../../host/files_rules.ts";

type Move = (folder: unknown, name: string) => Promise<void>;
const handle = (globalThis as unknown as { FileSystemFileHandle: { prototype: { move: Move } } }).FileSystemFileHandle
  .prototype;
const host = createPageHost({ files: "origin", datasets: "/datasets/" });

const api = {
  /** Names of the rules that hold; the first that does not rejects. */
  async rules(): Promise<string[]> {
    for (const { name, check } of FILES_RULES) {
      try {
        await check(host, `/rules/${name.replace(/\W+/g, "-")}`);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).stack}`);
      }
    }
    await host.remove("/rules");
    return FILES_RULES.map(({ name }) => name);
  },

  /** From now on moving files hangs after so many, as in a worker that dies then. */
  hangAfter(moves: number): void {
    const move = handle.move;
    handle.move = function (...args) {
      return moves-- > 0 ? move.apply(this, args) : new Promise(() => {});
    };
  },

  /** From now on moving replaces no file, as in old Firefox. */
  async refuseReplacing(): Promise<void> {
    const move = handle.move;
    handle.move = async function (folder, name) {
      const parent = folder as { getFileHandle(name: string): Promise<unknown> };
      if (await parent.getFileHandle(name).then(() => true, () => false)) {
        throw new DOMException("it is there", "NoModificationAllowedError");
      }
      return await move.call(this, folder, name);
    };
    await Promise.resolve();
  },

  async write(path: string, text: string): Promise<void> {
    await host.makeDirectory(path.slice(0, path.lastIndexOf("/")));
    await host.writeFile(path, text);
  },
  read: (path: string) => host.readText(path),
  append: (path: string, text: string) => host.appendFile(path, text),
  rename: (from: string, to: string) => host.rename(from, to),
  remove: (path: string) => host.remove(path),
  list: async (path: string) => (await host.list(path)).map(({ name }) => name),

  /** Adds lines as fast as it can. */
  async appendMany(path: string, word: string, count: number): Promise<void> {
    for (let i = 0; i < count; i++) await host.appendFile(path, `${word} ${i}\n`);
  },

  /** Writes until the browser refuses; what it says, and what is in the folder then. */
  async fill(path: string, bytes: number): Promise<{ message: string; hint?: string; isUserError: boolean } | null> {
    try {
      await host.writeFile(path, new Uint8Array(bytes).fill(1));
      return null;
    } catch (error) {
      const { message, hint } = error as UserError;
      return { message, hint, isUserError: error instanceof UserError };
    }
  },

  /** Milliseconds of ten small whole files, ten appends, and ten reads. */
  async times(): Promise<Record<string, number>> {
    const times: Record<string, number> = {};
    const clock = async (name: string, act: (i: number) => Promise<unknown>) => {
      const start = performance.now();
      for (let i = 0; i < 10; i++) await act(i);
      times[name] = (performance.now() - start) / 10;
    };
    await host.makeDirectory("/times/a");
    await clock("write", (i) => host.writeFile(`/times/a/${i}`, "content"));
    await clock("append", () => host.appendFile("/times/a/log", "content"));
    await clock("read", (i) => host.readFile(`/times/a/${i}`));
    await clock("stat", (i) => host.stat(`/times/a/${i}`));
    await clock("open", async (i) => (await host.openFile(`/times/a/${i}`)).close());
    const file = await host.openFile("/times/a/0"), target = new Uint8Array(7);
    await clock("readInto", () => Promise.resolve(file.readInto(0, target)));
    file.close();
    await host.remove("/times");
    return times;
  },
};

/** What the worker exposes. */
export type FilesWorker = typeof api;

keepErrors();
comlink.expose(api);
