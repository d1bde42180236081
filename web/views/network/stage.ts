/** Where the Network view stands: what is shown, from where, and what is chosen. It outlives the view's coming and going. */
import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import {
  type Camera,
  type CameraPose,
  clampPitch,
  frame,
  shifted,
  START_PITCH,
  START_YAW,
  type Viewport,
} from "../../../src/view3d/camera.ts";
import { type Layout, layOutNetwork, texelOf, type ViewMode } from "../../../src/view3d/layout.ts";
import type { EdgeChoice } from "../../../src/view3d/edge_list.ts";
import type { ColourBy } from "../../../src/view3d/palette.ts";
import { pointOf, type Vector } from "../../../src/view3d/layout.ts";
import type { Picked } from "../../../src/view3d/pick.ts";
import type { NetworkShape } from "../../../src/view3d/shape.ts";
import { reducedMotion } from "../../state/motion.ts";

/** Milliseconds of a flight of the camera. */
const FLIGHT = 400;

/** Only the chosen layer is in the picture: the page is narrow. */
export const close = signal(false);
/** Depth or flat: as the page's width suggests, as somebody has chosen, and as it is. */
export const fittingMode = computed<ViewMode>(() => close.value ? "flat" : "depth");
export const chosenMode = signal<ViewMode | undefined>(undefined);
export const mode = computed<ViewMode>(() => chosenMode.value ?? fittingMode.value);
/** What colour stands for. */
export const colour = signal<ColourBy>("weight");
/** Lines of the whole network besides the chosen unit's. */
export const edges = signal<EdgeChoice | "unit">("unit");
/** Whether channels show what they hold for an image. */
export const activations = signal(false);
/** The run that somebody has chosen, by its lane's id. */
export const run = signal<string | undefined>(undefined);
/** The chosen kernel, and the one under the pointer. */
export const selected = signal<Picked | undefined>(undefined);
export const hovered = signal<Picked | undefined>(undefined);
/** The layer that keys and the rail speak of. */
export const layer = signal(0);
/** The network that is looked at; the camera is made for it. */
export const shape = signal<NetworkShape | undefined>(undefined);
/** The first canvas's size in the page's pixels. */
export const viewport = signal<Viewport>({ width: 0, height: 0 });
/** Where everything is seen from; undefined until there is something to see. */
export const pose: Signal<CameraPose | undefined> = signal(undefined);
/** Where the planes stand. */
export const layout = computed<Layout | undefined>(() => shape.value && layOutNetwork(shape.value, mode.value));

/** A layer by its name, the first one where it is left out, and a kernel in it. */
export interface Looked {
  readonly layer?: string;
  readonly kernel?: readonly [output: number, input: number];
}

/** What is to be looked at as soon as there is a network; undefined once that has been done. */
export const wanted = signal<Looked | undefined>(undefined);
/** What of it the network does not have, a sentence each. */
export const unmet = signal<readonly string[]>([]);
/** What is looked at. */
export const looked = computed<Looked>(() => {
  const picked = selected.value, index = layer.value;
  return {
    layer: index === 0 ? undefined : shape.value?.planes[index]?.name,
    kernel: picked && [picked.output, picked.input],
  };
});

let flight = 0;
/** The camera goes to the chosen layer as soon as the picture has a size. */
let goes = false;

/** Another network: what was chosen in the old one means nothing in it. */
export function look(next: NetworkShape): void {
  const last = shape.peek();
  if (last && sameShape(last, next)) return;
  batch(() => {
    shape.value = next;
    selected.value = hovered.value = undefined;
    layer.value = 0;
    pose.value = undefined;
  });
  reset(true);
  answer();
}

/** Looks at a layer and a kernel; as soon as there is a network. */
export function want(next: Looked): void {
  batch(() => {
    wanted.value = next;
    unmet.value = [];
  });
  answer();
}

function answer(): void {
  const next = wanted.peek(), planes = shape.peek()?.planes;
  if (!next || !planes) return;
  const { layer: name, kernel } = next, problems: string[] = [];
  const found = name === undefined ? 0 : planes.findIndex((plane) => plane.name === name);
  if (found < 0) problems.push(`layer ${name} is not in this network; using ${planes[0].name}`);
  const index = Math.max(0, found), plane = planes[index];
  const isThere = kernel && found >= 0 && kernel[0] < plane.outputs && kernel[1] < plane.inputs;
  if (kernel && !isThere) {
    problems.push(`kernel ${kernel.join(",")} is not in ${name ?? plane.name}; none is picked`);
  }
  batch(() => {
    wanted.value = undefined;
    unmet.value = problems;
    layer.value = index;
    selected.value = isThere ? { layer: index, output: kernel[0], input: kernel[1], tap: 0 } : undefined;
  });
  if (name === undefined && !isThere) return reset(true);
  goes = true;
  goToWanted();
}

/** Once the picture has a size. */
function goToWanted(): void {
  if (!goes || viewport.peek().width < 1) return;
  goes = false;
  goTo(layer.peek(), true);
}

function sameShape(a: NetworkShape, b: NetworkShape): boolean {
  return a.planes.length === b.planes.length &&
    a.planes.every((plane, i) => {
      const other = b.planes[i];
      return plane.parameter === other.parameter && plane.inputs === other.inputs && plane.outputs === other.outputs;
    });
}

/** The canvas has another size. What was framed stays framed. */
export function resized(next: Viewport): void {
  const last = viewport.peek();
  if (last.width === next.width && last.height === next.height) return;
  viewport.value = next;
  if (goes) goToWanted();
  else if (framed || !pose.peek()) reset(true);
}

/** Whether the camera still stands where framing has put it. */
let framed = true;

/** Shows all of it, or the chosen layer where one is looked at closely. */
export function reset(cut = false): void {
  const at = layout.peek(), size = viewport.peek();
  if (!at || size.width < 1 || size.height < 1) return;
  const only = close.peek() ? at.planes[layer.peek()] : undefined;
  fly(frame(at, size, mode.peek(), only, { yaw: START_YAW, pitch: START_PITCH }), cut);
  framed = true;
}

/** Depth or flat, whatever the page's width; what suits the width where it is left out. */
export function chooseMode(next?: ViewMode): void {
  changeMode(() => (chosenMode.value = next));
}

/** The page has become narrow, or wide: one layer at a time, or all of them. */
export function setClose(next: boolean): void {
  changeMode(() => (close.value = next));
  reset(true);
}

/** A cut, since nothing is in the same place. */
function changeMode(change: () => void): void {
  const before = mode.peek();
  batch(change);
  if (mode.peek() === before) return;
  hovered.value = undefined;
  reset(true);
}

/** Looks at a layer: the camera goes there. */
export function goTo(index: number, cut = false): void {
  const at = layout.peek(), size = viewport.peek();
  if (!at || index < 0 || index >= at.planes.length) return;
  layer.value = index;
  if (selected.peek() && selected.peek()!.layer !== index) selected.value = undefined;
  if (size.width < 1) return;
  const from = pose.peek();
  // in depth a layer is seen a little from the side, so that its neighbours stay in sight
  const angles = from && mode.peek() === "depth" ? { yaw: 0.55, pitch: 0.22 } : { yaw: START_YAW, pitch: START_PITCH };
  const next = frame(at, size, mode.peek(), at.planes[index], angles);
  const room = mode.peek() === "depth" ? 0.55 : 0.02;
  fly({ ...next, logDistance: next.logDistance + room }, cut);
  framed = false;
}

/** The next or the last layer. */
export function stepLayer(by: number): void {
  const count = shape.peek()?.planes.length ?? 0;
  if (count > 0) goTo(Math.max(0, Math.min(count - 1, layer.peek() + by)));
}

/** Turns by radians. */
export function orbit(yaw: number, pitch: number): void {
  change((from) => ({ ...from, yaw: from.yaw + yaw, pitch: clampPitch(from.pitch + pitch) }));
}

/** Nearer where `by` is positive; the distance changes by a factor e^−by. With a point, what is under it stays there. */
export function zoom(by: number, camera?: Camera, at?: readonly [number, number]): void {
  change((from) => {
    const size = viewport.peek(), logDistance = Math.max(-3, Math.min(9, from.logDistance - by));
    const grown = 1 - Math.exp(logDistance - from.logDistance);
    if (!camera || !at) return { ...from, logDistance };
    camera.set(from, size);
    const offset = [(at[0] - size.width / 2) * grown, (at[1] - size.height / 2) * grown] as const;
    return { ...from, logDistance, target: shifted(camera, size, from.target, offset) };
  });
}

/** Moves what is seen by pixels of the page. */
export function pan(camera: Camera, dx: number, dy: number): void {
  change((from) => {
    camera.set(from, viewport.peek());
    return { ...from, target: shifted(camera, viewport.peek(), from.target, [-dx, -dy]) };
  });
}

function change(next: (from: CameraPose) => CameraPose): void {
  const from = pose.peek();
  if (!from) return;
  cancelAnimationFrame(flight);
  framed = false;
  pose.value = next(from);
}

/** Moves the chosen kernel by so many inputs and outputs, beginning at the layer's first. */
export function moveCursor(inputs: number, outputs: number): void {
  const plane = shape.peek()?.planes[layer.peek()], last = selected.peek();
  if (!plane) return;
  const from = last?.layer === layer.peek() ? last : { layer: layer.peek(), output: 0, input: 0, tap: 0 };
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const moved = last?.layer === layer.peek();
  selected.value = {
    ...from,
    input: within(from.input + (moved ? inputs : 0), plane.inputs),
    output: within(from.output + (moved ? outputs : 0), plane.outputs),
    tap: 0,
  };
  follow();
}

/** Keeps the chosen kernel within the picture. */
function follow(): void {
  const picked = selected.peek(), from = pose.peek(), at = layout.peek();
  if (!picked || !from || !at || mode.peek() !== "flat") return;
  const plane = shape.peek()!.planes[picked.layer], place = at.planes[picked.layer];
  const [column, row] = texelOf(place, plane.outputs, picked.output, picked.input);
  const point = pointOf(place, (column + 0.5) / place.columns, (row + 0.5) / place.rows);
  const size = viewport.peek(), half = Math.exp(from.logDistance) * Math.tan(16 * Math.PI / 180) * 0.85;
  const reach = [half * size.width / size.height, half];
  const target = from.target.map((t, i) => i < 2 ? Math.max(point[i] - reach[i], Math.min(point[i] + reach[i], t)) : t);
  pose.value = { ...from, target: target as unknown as Vector };
}

/** Flies to a pose; a later move interrupts it. With reduced motion it is a cut. */
function fly(to: CameraPose, cut = false): void {
  cancelAnimationFrame(flight);
  const from = pose.peek();
  if (cut || !from || from.mode !== to.mode || reducedMotion.peek()) {
    pose.value = to;
    return;
  }
  const began = performance.now();
  // the short way round
  const turned = from.yaw - to.yaw, yaw = to.yaw + Math.atan2(Math.sin(turned), Math.cos(turned));
  const next = (now: number) => {
    const t = Math.min(1, Math.max(0, (now - began) / FLIGHT)), share = 1 - (1 - t) ** 3;
    const mix = (a: number, b: number) => a + (b - a) * share;
    pose.value = t === 1 ? to : {
      mode: to.mode,
      yaw: mix(yaw, to.yaw),
      pitch: mix(from.pitch, to.pitch),
      logDistance: mix(from.logDistance, to.logDistance),
      target: from.target.map((v, i) => mix(v, to.target[i])) as unknown as Vector,
    };
    if (t < 1) flight = requestAnimationFrame(next);
  };
  flight = requestAnimationFrame(next);
}

// the rail follows what is chosen
effect(() => {
  const picked = selected.value;
  if (picked) layer.value = picked.layer;
});
