/**
 * The lanes in a row. Where they are too narrow for it they scroll, one after the other, with a dot for each. They are one
 * stop for the keyboard, and arrows move among them.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Lane } from "../../state/lanes.ts";

interface LaneListProps {
  readonly lanes: readonly Lane[];
  /** A lane's card: it takes the focus, and is a stop for Tab or not. */
  readonly children: (lane: Lane, isStop: boolean) => ComponentChildren;
}

/** The list. */
export function LaneList({ lanes, children }: LaneListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ scrolls: false, at: 0 });
  const [stop, setStop] = useState(0);
  const look = () => {
    // observers are told once more when it is gone
    if (!list.current) return;
    const { scrollLeft, scrollWidth, clientWidth } = list.current;
    const scrolls = scrollWidth > clientWidth + 1, way = scrollWidth - clientWidth;
    const at = scrolls ? Math.round(scrollLeft / way * (lanes.length - 1)) : 0;
    setPlace((old) => old.scrolls === scrolls && old.at === at ? old : { scrolls, at });
  };
  useEffect(() => {
    const size = new ResizeObserver(look);
    size.observe(list.current!);
    look();
    return () => size.disconnect();
  }, [lanes.length]);
  const show = (at: number) =>
    list.current!.children[at].scrollIntoView({ block: "nearest", inline: "start", behavior: "auto" });
  const laneOf = (target: EventTarget | null) =>
    [...list.current!.children].findIndex((card) => card.contains(target as Node));
  const onKeyDown = (event: KeyboardEvent) => {
    // those with a modifier are the browser's
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const from = laneOf(event.target), to = laneAfter(event.key, from, lanes.length);
    if (from < 0 || to === undefined || to === from) return;
    event.preventDefault();
    const card = list.current!.children[to] as HTMLElement;
    likeIn(card, event.target as Element).focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "auto" });
  };
  return (
    <>
      <div
        class="lanes"
        ref={list}
        role="group"
        aria-label="Lanes"
        onScroll={look}
        onKeyDown={onKeyDown}
        onFocusIn={(event) => setStop(Math.max(0, laneOf(event.target)))}
      >
        {lanes.map((lane, i) => children(lane, i === Math.min(stop, lanes.length - 1)))}
      </div>
      {place.scrolls && (
        <div class="lane-dots">
          {lanes.map(({ id, title }, i) => (
            <button
              key={id}
              type="button"
              aria-label={`Show ${title}`}
              aria-current={i === place.at ? "true" : undefined}
              onClick={() => show(i)}
            />
          ))}
        </div>
      )}
    </>
  );
}

/** Where a key leads from a lane, at an end to the lane itself; undefined for keys that lead nowhere. */
function laneAfter(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(from + 1, count - 1);
    case "ArrowLeft":
    case "ArrowUp":
      return Math.max(from - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
}

/** The button of a card that does what the focused one of another does, else the card. */
function likeIn(card: HTMLElement, focused: Element): HTMLElement {
  const act = focused.getAttribute("data-act");
  return (act && card.querySelector<HTMLElement>(`[data-act="${act}"]`)) || card;
}
