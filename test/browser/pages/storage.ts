/** What storage.spec.ts calls: the storage worker beside an engine that writes into the same files. */
import * as comlink from "comlink";
import type { RunEvent } from "../../../src/experiment/run_events.ts";
import type { UserError } from "../../../src/errors.ts";
import { keepErrors } from "../../../src/worker/errors.ts";
import type {
  DroppedFile,
  DropPlan,
  ExportedFile,
  StorageApi,
  Taken,
  TakeOptions,
} from "../../../src/worker/storage_types.ts";
import type { OriginEngine } from "./origin_engine_worker.ts";

keepErrors();
const storage = comlink.wrap<StorageApi>(
  new Worker(new URL("../../../src/worker/storage_worker.ts", import.meta.url), { type: "module" }),
);
const worker = new Worker(new URL("./origin_engine_worker.ts", import.meta.url), { type: "module" });
const engine = comlink.wrap<OriginEngine>(worker);

/** A file of a test: from base64, or zeros with a label before each image. */
export type Sent = { path: string; base64: string } | { path: string; records: number };

const toFile = (sent: Sent): DroppedFile => {
  const name = sent.path.slice(sent.path.lastIndexOf("/") + 1);
  if ("base64" in sent) {
    return { path: sent.path, file: new File([Uint8Array.from(atob(sent.base64), (c) => c.charCodeAt(0))], name) };
  }
  const bytes = new Uint8Array(3073 * sent.records);
  for (let i = 0; i < sent.records; i++) bytes[3073 * i] = i % 10;
  return { path: sent.path, file: new File([bytes], name) };
};

async function base64({ file }: ExportedFile): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const functions = {
  storage,

  /** Trains into `runs/<id>`, and stops when the first epoch is over. */
  async trainOneEpoch(id: string, config: unknown): Promise<void> {
    const onEvent = comlink.proxy((event: RunEvent) => {
      if (event.kind === "epoch") void engine.stop();
    });
    await engine.run({ config, folder: `runs/${id}`, name: id }, onEvent);
  },

  async exported(id: string): Promise<{ name: string; base64: string; texts: string[] }> {
    const texts: string[] = [];
    const packed = await storage.exportRun(id, comlink.proxy(({ text }: { text: string }) => void texts.push(text)));
    return { name: packed.name, base64: await base64(packed), texts };
  },

  plan(files: readonly Sent[]): Promise<DropPlan> {
    return storage.plan(files.map(toFile));
  },

  async take(id: string, options?: TakeOptions): Promise<{ taken: Taken; texts: string[] }> {
    const texts: string[] = [];
    const taken = await storage.take(id, options, comlink.proxy(({ text }: { text: string }) => void texts.push(text)));
    return { taken, texts };
  },

  /** Takes a drop, and stops at the first word of progress. @returns what is said then */
  async takeAndStop(id: string, options?: TakeOptions): Promise<string> {
    const stop = comlink.proxy(() => void storage.cancel(id));
    return await storage.take(id, options, stop).then(() => "taken", (error: UserError) => error.message);
  },

  images: (name: string) => engine.images(name),
};

declare global {
  var storageHarness: typeof functions;
}

globalThis.storageHarness = functions;
