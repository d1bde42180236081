/** The width of an element, for what is drawn in pixels or laid out anew when there is no room. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A reference for the element, and its width in whole pixels; 0 before it is known. */
export function useWidth<Part extends HTMLElement>(): [RefObject<Part | null>, number] {
  const part = useRef<Part>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const read = () => setWidth(Math.floor(part.current!.getBoundingClientRect().width));
    const observer = new ResizeObserver(read);
    observer.observe(part.current!);
    read();
    return () => observer.disconnect();
  }, []);
  return [part, width];
}
