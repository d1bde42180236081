/** A network's picture: the canvas that the engine's worker draws, names over it, and all ways to move. */
import * as comlink from "comlink";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Camera } from "../../../src/view3d/camera.ts";
import { pick, type Picked, rayThrough } from "../../../src/view3d/pick.ts";
import type { FrameInfo, NetworkDescription } from "../../../src/worker/network_types.ts";
import { Progress } from "../../parts/progress.tsx";
import { imageWords } from "./activations.ts";
import { forget, frames, networkClient } from "./client.ts";
import { Labels } from "./labels.tsx";
import * as stage from "./stage.ts";
import { edgeWords, layerSentence } from "./words.ts";

interface NetworkCanvasProps {
  /** Names the canvas between page and worker. */
  readonly surface: string;
  readonly lane: string;
  readonly title: string;
  readonly network: NetworkDescription;
  /** The first canvas says how large a picture is. */
  readonly leads: boolean;
  readonly onInspect: () => void;
}

/** Pixels that a pointer may move and still have clicked. */
const CLICK = 4;
const TURN = Math.PI / 24, NEARER = 0.25;

/** The picture of one lane. */
export function NetworkCanvas({ surface, lane, title, network, leads, onInspect }: NetworkCanvasProps) {
  const box = useRef<HTMLDivElement>(null), canvas = useRef<HTMLCanvasElement>(null);
  const camera = useMemo(() => new Camera(), []);
  const lastLane = useRef(lane);
  lastLane.current = lane;

  useEffect(() => {
    const element = box.current!, target = canvas.current!;
    let gone = false, attached = false, asked = false;
    const follow = async () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width < 1 || height < 1) return;
      if (leads) stage.resized({ width, height });
      const size = { width, height, pixelRatio: Math.min(3, devicePixelRatio) };
      const view = await networkClient();
      if (gone) return;
      if (attached) return void view.resize(surface, size);
      if (asked) return;
      asked = true;
      const offscreen = target.transferControlToOffscreen();
      await view.attach(surface, comlink.transfer(offscreen, [offscreen]), lastLane.current, size);
      attached = true;
      void follow();
    };
    const sizes = new ResizeObserver(() => void follow());
    sizes.observe(element);
    return () => {
      gone = true;
      sizes.disconnect();
      if (!asked) return;
      void networkClient().then((view) => view.detach(surface));
      // the next canvas of this name has nothing on it yet
      forget(surface);
    };
  }, [surface]);
  useEffect(() => {
    void networkClient().then((view) => view.show(surface, lane));
  }, [surface, lane]);
  usePointer(box, camera, network, onInspect);

  const info = frames.value[surface];
  const sentence = layerSentence(network.shape.planes[stage.layer.value], network.layers[stage.layer.value]);
  return (
    <figure class="network-figure">
      <div
        ref={box}
        class="network-box"
        tabIndex={0}
        role="group"
        aria-label={`Network of ${title}`}
        aria-describedby={`${surface}-keys`}
        onKeyDown={(event) => onKey(event, onInspect)}
      >
        <canvas ref={canvas} role="img" aria-label={sentence} />
        {/* a picture that stands still has no names that move */}
        {info?.relief !== "paused" && <Labels network={network} camera={camera} />}
        {info === undefined && (
          <div class="network-undrawn">
            <Progress late label={`Drawing ${title}`} done={0} text={`Drawing the network of ${title}`} />
          </div>
        )}
        {info?.problem !== undefined && (
          <div class="network-paused" role="alert">
            <p>The network cannot be drawn: {info.problem}</p>
          </div>
        )}
        {info?.relief === "paused" && (
          <div class="network-paused">
            <p>Drawing paused to keep training fast.</p>
            <button type="button" class="button" onClick={() => void networkClient().then((view) => view.resume())}>
              Resume
            </button>
          </div>
        )}
      </div>
      <p class="hidden-text" id={`${surface}-keys`}>
        Arrow keys{" "}
        {stage.mode.value === "depth" ? "turn the network" : "move among kernels"}, brackets change the layer, plus and
        minus zoom, Enter inspects, Home resets.
      </p>
      <figcaption class="network-caption">
        <span>{title}</span>
        <span class="secondary">{captionWords(network, info)}</span>
      </figcaption>
    </figure>
  );
}

/** What lies under the pointer; else which edges there are. */
function captionWords({ shape }: NetworkDescription, info: FrameInfo | undefined): string {
  const under = stage.hovered.value, picked = stage.selected.value;
  if (under) return `${shape.planes[under.layer].name}: output ${under.output} ← input ${under.input}`;
  if (stage.mode.value === "flat") return "Near by, kernels show their taps";
  const shown = imageWords.value, between = shown === undefined ? "" : `Activations of ${shown}. `;
  if (info?.edges) return between + edgeWords(info.edges);
  return between +
    (picked
      ? `All edges of unit ${picked.output} of ${shape.planes[picked.layer].name}`
      : "Pick a kernel to see its unit's edges");
}

function onKey(event: KeyboardEvent, onInspect: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const flat = stage.mode.peek() === "flat", many = event.shiftKey ? 8 : 1;
  const move = (x: number, y: number) => flat ? stage.moveCursor(x * many, y * many) : stage.orbit(x * TURN, y * TURN);
  const actions: Record<string, () => void> = {
    ArrowLeft: () => move(-1, 0),
    ArrowRight: () => move(1, 0),
    ArrowUp: () => flat ? move(0, -1) : move(0, 1),
    ArrowDown: () => flat ? move(0, 1) : move(0, -1),
    "[": () => stage.stepLayer(-1),
    "]": () => stage.stepLayer(1),
    "+": () => stage.zoom(NEARER),
    "=": () => stage.zoom(NEARER),
    "-": () => stage.zoom(-NEARER),
    Home: () => stage.reset(),
    Enter: () => {
      if (stage.selected.peek()?.layer !== stage.layer.peek()) stage.moveCursor(0, 0);
      onInspect();
    },
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/** Dragging turns or moves, two fingers pinch, the wheel zooms to where it is, a click picks. */
function usePointer(
  box: { current: HTMLDivElement | null },
  camera: Camera,
  network: NetworkDescription,
  onInspect: () => void,
): void {
  const latest = useRef({ network, onInspect });
  latest.current = { network, onInspect };
  useEffect(() => {
    const element = box.current!, down = new Map<number, { x: number; y: number }>();
    let moved = 0, pinched = 0;
    const at = (event: MouseEvent): [number, number] => {
      const { left, top } = element.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const under = (event: MouseEvent): Picked | undefined => {
      const pose = stage.pose.peek(), layout = stage.layout.peek();
      if (!pose || !layout) return undefined;
      const size = { width: element.clientWidth, height: element.clientHeight };
      camera.set(pose, size);
      return pick(rayThrough(camera, size, ...at(event)), latest.current.network.shape, layout);
    };
    const dragging = (on: boolean) => void networkClient().then((view) => view.setDragging(on));
    const spread = () => {
      const [a, b] = [...down.values()];
      return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    };
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest("button")) return;
      if (down.size === 0) {
        moved = 0;
        dragging(true);
      }
      down.set(event.pointerId, { x: event.clientX, y: event.clientY });
      pinched = down.size > 1 ? down.size : pinched;
      element.setPointerCapture(event.pointerId);
      stage.hovered.value = undefined;
    };
    const onMove = (event: PointerEvent) => {
      const last = down.get(event.pointerId);
      if (!last) {
        if (event.pointerType === "mouse") stage.hovered.value = under(event);
        return;
      }
      const before = down.size === 2 ? spread() : undefined;
      down.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const dx = event.clientX - last.x, dy = event.clientY - last.y;
      moved += Math.hypot(dx, dy);
      if (moved <= CLICK) return;
      if (before) {
        const after = spread(), { left, top } = element.getBoundingClientRect();
        stage.pan(camera, after.x - before.x, after.y - before.y);
        stage.zoom(Math.log(after.distance / Math.max(1, before.distance)), camera, [after.x - left, after.y - top]);
      } else if (stage.mode.peek() === "flat" || event.shiftKey || event.buttons === 2 || event.buttons === 4) {
        stage.pan(camera, dx, dy);
      } else stage.orbit(-dx * 0.006, dy * 0.006);
    };
    const onUp = (event: PointerEvent) => {
      if (!down.delete(event.pointerId) || down.size > 0) return;
      dragging(false);
      const clicked = moved <= CLICK && pinched === 0 && event.type === "pointerup";
      pinched = 0;
      if (!clicked) return;
      stage.selected.value = under(event);
      if (stage.selected.peek()) latest.current.onInspect();
    };
    const onLeave = () => (stage.hovered.value = undefined);
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      stage.zoom(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015), camera, at(event));
    };
    const noMenu = (event: Event) => event.preventDefault();
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerup", onUp);
    element.addEventListener("pointercancel", onUp);
    element.addEventListener("pointerleave", onLeave);
    element.addEventListener("contextmenu", noMenu);
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerup", onUp);
      element.removeEventListener("pointercancel", onUp);
      element.removeEventListener("pointerleave", onLeave);
      element.removeEventListener("contextmenu", noMenu);
      element.removeEventListener("wheel", onWheel);
    };
  }, [box, camera]);
}
