/** The lanes in a row. Where they are too narrow for it they scroll, one after the other, with a dot for each. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Lane } from "../../state/lanes.ts";

interface LaneListProps {
  readonly lanes: readonly Lane[];
  /** A card a lane, in their order. */
  readonly children: ComponentChildren;
}

/** The list. */
export function LaneList({ lanes, children }: LaneListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ scrolls: false, at: 0 });
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
  return (
    <>
      <div
        class="lanes"
        ref={list}
        onScroll={look}
        {...(place.scrolls && { tabIndex: 0, role: "group", "aria-label": "Lanes" })}
      >
        {children}
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
