/** The pad: draw, erase, paint in grey, by pointer or by keys. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Brush, paint, type Spot } from "../../../src/data/picture/brush.ts";
import { Segmented } from "../../parts/segmented.tsx";
import { clearPad, data, FINER, pad, PAD_SIDE, padChanged, strokes } from "./state.ts";

/** What the brush paints: an eraser and three shades, and the pen of digits. */
const SHADES = [
  { value: 0, label: "Erase" },
  { value: 90, label: "Dark" },
  { value: 160, label: "Mid" },
  { value: 230, label: "Light" },
] as const;
const INK = [{ value: 0, label: "Erase" }, { value: 255, label: "Ink" }] as const;

/** Radii in pixels that the network sees. */
const RADII = [{ value: 1, label: "Fine" }, { value: 1.8, label: "Medium" }, { value: 3.2, label: "Broad" }] as const;

/** The drawing surface with its tools. */
export function Pad() {
  const digits = data.value?.kind === "digits",
    shades: readonly { value: number; label: string }[] = digits ? INK : SHADES;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [shade, setShade] = useState(digits ? 255 : 160);
  const [radius, setRadius] = useState(1.8);
  const last = useRef<Spot | undefined>(undefined);
  const [cursor, setCursor] = useState<Spot>();
  useEffect(() => setShade(digits ? 255 : 160), [digits]);
  const version = strokes.value, picture = pad.value;
  useLayoutEffect(() => {
    const pixels = new ImageData(PAD_SIDE, PAD_SIDE);
    picture.data.forEach((value, i) => pixels.data.set([value, value, value, 255], 4 * i));
    canvas.current!.getContext("2d")!.putImageData(pixels, 0, 0);
  }, [version, picture]);

  const brush: Brush = { radius: radius * FINER, value: shade, softness: digits ? 0.3 : 0.6 };
  const stroke = (from: Spot, to: Spot) => {
    paint(pad.peek(), from, to, brush);
    padChanged();
  };
  const spotOf = (event: PointerEvent): Spot => {
    const box = canvas.current!.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) / box.width * PAD_SIDE,
      y: (event.clientY - box.top) / box.height * PAD_SIDE,
    };
  };
  const onMove = (event: PointerEvent) => {
    if (!last.current) return;
    // all places since the last event: fast strokes stay smooth
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length > 0 ? all : [event]) {
      const spot = spotOf(each);
      paint(pad.peek(), last.current, spot, brush);
      last.current = spot;
    }
    padChanged();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 1 : 4, now = cursor ?? { x: PAD_SIDE / 2, y: PAD_SIDE / 2 };
    const moves: Readonly<Record<string, Spot>> = {
      ArrowLeft: { x: -step, y: 0 },
      ArrowRight: { x: step, y: 0 },
      ArrowUp: { x: 0, y: -step },
      ArrowDown: { x: 0, y: step },
    };
    const move = moves[event.key], inside = (value: number) => Math.min(PAD_SIDE, Math.max(0, value));
    if (move) {
      event.preventDefault();
      const next = { x: inside(now.x + move.x), y: inside(now.y + move.y) };
      if (event.altKey) stroke(now, next);
      setCursor(next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      stroke(now, now);
      setCursor(now);
    }
  };
  return (
    <div class="pad">
      <div class="pad-frame">
        <canvas
          ref={canvas}
          class="pixels smooth"
          width={PAD_SIDE}
          height={PAD_SIDE}
          tabIndex={0}
          role="application"
          aria-label="Pad: draw with the pointer, or with arrow keys and Space; Alt with an arrow key draws a line"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            const spot = spotOf(event);
            last.current = spot;
            stroke(spot, spot);
          }}
          onPointerMove={onMove}
          onPointerUp={() => (last.current = undefined)}
          onPointerCancel={() => (last.current = undefined)}
          onKeyDown={onKeyDown}
          onBlur={() => setCursor(undefined)}
        />
        {cursor && (
          <i
            class="pad-cursor"
            aria-hidden="true"
            style={{ left: `${cursor.x / PAD_SIDE * 100}%`, top: `${cursor.y / PAD_SIDE * 100}%` }}
          />
        )}
      </div>
      <div class="pad-tools">
        <Segmented label="Brush" value={shade} options={shades} onChange={setShade} />
        <Segmented label="Width" value={radius} options={RADII} onChange={setRadius} />
        <button type="button" class="button" onClick={clearPad}>Clear</button>
      </div>
    </div>
  );
}
