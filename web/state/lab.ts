/**
 * The page's client of the engine's worker: opens it when it is wanted, and hands what it says to the lanes once a frame.
 */
import * as comlink from "comlink";
import { signal } from "@preact/signals";
import type { AdapterInfo } from "../../src/gpu/adapter.ts";
import type { LabEvent } from "../../src/worker/lab_types.ts";
import { lab } from "../connect.ts";
import { adapter as chip } from "./adapter.ts";
import { foldEvents } from "./fold.ts";
import { FrameQueue } from "./frame_queue.ts";
import { findAnyLane } from "./lanes.ts";

/** Where the device is. */
export type DeviceState =
  /** Nobody has asked for it. */
  | { readonly kind: "closed" }
  | { readonly kind: "opening" }
  | { readonly kind: "ready"; readonly adapter: AdapterInfo }
  /** There is no WebGPU, or no adapter, or it failed its self-test: why. */
  | { readonly kind: "none"; readonly reason: string };

/** The device of this page. */
export const device = signal<DeviceState>(
  navigator.gpu ? { kind: "closed" } : { kind: "none", reason: "this browser has no WebGPU" },
);
/** The last loss of the device, while nothing has come back since. */
export const loss = signal<Extract<LabEvent, { kind: "lost" }> | undefined>(undefined);

const queue = new FrameQueue<LabEvent>((events) => {
  for (const event of events) {
    const { value: state } = device;
    if (event.kind === "lost") {
      loss.value = event;
      if (state.kind === "ready") chip.value = { kind: "lost", name: state.adapter.description };
    } else if (event.kind === "recovered") {
      loss.value = undefined;
      if (state.kind === "ready") sayReady(state.adapter);
    }
  }
  foldEvents(findAnyLane, events);
});

let opened: Promise<AdapterInfo | undefined> | undefined;

/** Opens the device and begins to listen, once; undefined where there is none. */
export function openDevice(): Promise<AdapterInfo | undefined> {
  return opened ??= open();
}

async function open(): Promise<AdapterInfo | undefined> {
  if (device.peek().kind === "none") return undefined;
  device.value = { kind: "opening" };
  chip.value = { kind: "looking" };
  try {
    const remote = await lab();
    await remote.listen(comlink.proxy((event: LabEvent) => queue.push(event)));
    const { adapter } = await remote.open();
    device.value = { kind: "ready", adapter };
    sayReady(adapter);
    const tellVisible = () => void remote.setVisible(!document.hidden);
    document.addEventListener("visibilitychange", tellVisible);
    if (document.hidden) tellVisible();
    return adapter;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    device.value = { kind: "none", reason };
    chip.value = { kind: "none", why: reason };
    return undefined;
  }
}

/** The chip says that lanes are being prepared, or that they are. */
export function sayPreparing(preparing: boolean): void {
  const { value: state } = device, { value: said } = chip;
  if (state.kind !== "ready" || said.kind === "lost") return;
  if (preparing) chip.value = { kind: "preparing", name: state.adapter.description };
  else sayReady(state.adapter);
}

function sayReady({ software, description: name }: AdapterInfo): void {
  chip.value = { kind: software ? "software" : "ready", name };
}
