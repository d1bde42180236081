/** What was dropped, pasted or chosen: from its plan, which changes nothing, to its taking. */
import * as comlink from "comlink";
import { signal } from "@preact/signals";
import { UserError } from "../../src/errors.ts";
import type {
  DroppedFile,
  DropPlan,
  DropProblem,
  StorageApi,
  Taken,
  TakeOptions,
  TakeProgress,
} from "../../src/worker/storage_types.ts";
import { announce } from "./announce.ts";
import { chooseFiles } from "./dropped_files.ts";
import { hrefOf } from "./route.ts";

/** How far a drop is. */
export type DropState =
  | { readonly step: "looking"; readonly files: number }
  | { readonly step: "plan"; readonly plan: DropPlan }
  | { readonly step: "taking"; readonly plan: DropPlan; readonly progress?: TakeProgress }
  | { readonly step: "bad"; readonly problem: DropProblem };

/** The drop at hand; one at a time. */
export const drop = signal<DropState | undefined>(undefined);

type Storage = Pick<comlink.Remote<StorageApi>, "plan" | "take" | "cancel" | "forget">;
let storage: (() => Storage) | undefined;
const handlers = new Set<(taken: Taken) => void>();

/** What was taken last, for a view that was not there to hear of it; whoever shows it clears it. */
export const lastTaken = signal<Taken | undefined>(undefined);

let reader: ((files: readonly DroppedFile[]) => boolean) | undefined;

/** A view that reads files itself, and keeps nothing, looks at them first; true takes them. The answer ends it. */
export function readFirst(read: (files: readonly DroppedFile[]) => boolean): () => void {
  reader = read;
  return () => {
    if (reader === read) reader = undefined;
  };
}

/** Says who reads and keeps files. */
export function keepDropsIn(place: () => Storage): void {
  storage = place;
}

/** Calls `handler` with everything that is taken; the answer ends it. */
export function onTaken(handler: (taken: Taken) => void): () => void {
  handlers.add(handler);
  return () => void handlers.delete(handler);
}

/** "Open a run", "Choose folder": asks for files and looks at them. */
export async function openFiles(options?: { folder?: boolean }): Promise<void> {
  await lookAt(await chooseFiles(options));
}

/** Looks at files and makes a plan. While another drop is being taken, nothing happens. */
export async function lookAt(files: readonly DroppedFile[]): Promise<void> {
  if (files.length === 0 || drop.peek()?.step === "taking") return;
  if (reader?.(files) || !storage) return;
  closeDrop();
  const looking: DropState = { step: "looking", files: files.length };
  drop.value = looking;
  try {
    const plan = await storage().plan(files);
    // Closed meanwhile, or followed by another.
    if (drop.peek() !== looking) return void storage().forget(plan.id);
    drop.value = plan.problem ? { step: "bad", problem: plan.problem } : { step: "plan", plan };
    if (plan.problem) void storage().forget(plan.id);
  } catch (error) {
    if (drop.peek() === looking) drop.value = { step: "bad", problem: problemOf(error) };
  }
}

/** "Use": does what the plan says. */
export async function takeDrop(plan: DropPlan, options: TakeOptions): Promise<void> {
  if (!storage) return;
  drop.value = { step: "taking", plan };
  try {
    const taken = await storage().take(
      plan.id,
      options,
      comlink.proxy((progress: TakeProgress) => {
        if (drop.peek()?.step === "taking") drop.value = { step: "taking", plan, progress };
      }),
    );
    drop.value = undefined;
    announce(`${wordsOf(taken, plan)}.`);
    for (const handler of handlers) handler(taken);
    lastTaken.value = taken;
    const view = taken.kind === "image" ? "try" : taken.kind === "dataset" ? undefined : "results";
    if (view) location.hash = hrefOf(view);
  } catch (error) {
    drop.value = { step: "bad", problem: problemOf(error) };
  }
}

/** "Cancel", Escape: before the taking nothing was changed, and a taking that is stopped leaves nothing. */
export function closeDrop(): void {
  const state = drop.peek();
  if (state?.step === "plan") void storage?.().forget(state.plan.id);
  // The end of `take` then says that nothing was kept.
  if (state?.step === "taking") void storage?.().cancel(state.plan.id);
  else drop.value = undefined;
}

function problemOf(error: unknown): DropProblem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    heading: "This could not be read",
    body: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, "."),
    hint: error instanceof UserError ? error.hint : undefined,
  };
}

function wordsOf(taken: Taken, plan: DropPlan): string {
  switch (taken.kind) {
    case "dataset":
      return `${taken.dataset.title} is ready`;
    case "run":
      return taken.runs.length === 1 ? `The run ${taken.runs[0].name} is here` : `${taken.runs.length} runs are here`;
    case "image":
      return `${taken.image.name} is ready`;
    default:
      return `${plan.source} is here`;
  }
}
