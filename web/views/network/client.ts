/** The page's side of the network view in the engine's worker. */
import * as comlink from "comlink";
import { effect, signal } from "@preact/signals";
import type { FrameInfo, Inspection, NetworkDescription } from "../../../src/worker/network_types.ts";
import type { NetworkView } from "../../../src/worker/network_view.ts";
import { lab } from "../../connect.ts";
import { reducedMotion } from "../../state/motion.ts";
import { theme } from "../../state/theme.ts";
import { colour, edges, hovered, pose, selected } from "./stage.ts";

/** The worker's view from here. */
export type NetworkClient = comlink.Remote<NetworkView>;

/** What was drawn last, by canvas. */
export const frames = signal<Readonly<Record<string, FrameInfo>>>({});
/** Networks by lane; undefined where it is not known yet, null where there is none. */
export const networks = signal<Readonly<Record<string, NetworkDescription | null>>>({});
/** The chosen kernel as it was last read, by lane. */
export const inspections = signal<Readonly<Record<string, Inspection>>>({});
/** What went wrong in the worker, in its words. */
export const problem = signal<string | undefined>(undefined);
/** Whether the page is narrow: fewer lines. */
export const narrow = signal(false);

let made: Promise<NetworkClient> | undefined;

/** The view, opened when it is first wanted. */
export function networkClient(): Promise<NetworkClient> {
  return made ??= open(async () => await (await lab()).networkView());
}

/** For pages of tests, which have a lab of their own. */
export function useClient(view: () => Promise<NetworkClient>): void {
  made = open(view);
}

async function open(start: () => Promise<NetworkClient>): Promise<NetworkClient> {
  const view = await start();
  await view.onFrame(comlink.proxy((info: FrameInfo) => {
    frames.value = { ...frames.peek(), [info.surface]: info };
  }));
  effect(() => {
    const choice = edges.value;
    void view.look({
      theme: theme.value,
      colour: colour.value,
      reducedMotion: reducedMotion.value,
      narrow: narrow.value,
      ...(choice === "unit" ? {} : { edges: choice }),
    });
  });
  effect(() => void view.select(selected.value));
  // moves come faster than pictures: the last one of each frame is sent
  let next = 0;
  effect(() => {
    void pose.value, hovered.value;
    if (next === 0) {
      next = requestAnimationFrame(() => {
        next = 0;
        const at = pose.peek();
        if (at) void view.camera(at);
        void view.hover(hovered.peek());
      });
    }
  });
  return view;
}

/** Nothing is known any more of what was drawn on a canvas. */
export function forget(surface: string): void {
  const { [surface]: _gone, ...others } = frames.peek();
  frames.value = others;
}

/** Asks for a lane's network. */
export async function describe(lane: string): Promise<void> {
  const found = await asking(async () => await (await networkClient()).describe(lane));
  networks.value = { ...networks.peek(), [lane]: found ?? null };
}

/** Reads the chosen kernel of a lane. */
export async function inspect(lane: string): Promise<void> {
  const picked = selected.peek();
  if (!picked) return;
  const found = await asking(async () => await (await networkClient()).inspect(lane, picked));
  if (found && selected.peek() === picked) inspections.value = { ...inspections.peek(), [lane]: found };
}

/** What the worker answers; where it fails, its words become the {@link problem} of the view. */
async function asking<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    const answer = await ask();
    problem.value = undefined;
    return answer;
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}
