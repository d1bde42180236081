/** How wide the view is, for what a style sheet cannot decide; its breakpoints are those of train.css. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** From here on the panel of parameters stands beside the lanes, and the network beside both. */
export const TWO_COLUMNS = 960, THREE_COLUMNS = 1440;

/** Width of the view's place in CSS pixels; 0 until it is known. */
export const viewWidth = signal(0);

/** Follows the width as long as the view is there. */
export function useViewWidth(): void {
  useEffect(() => {
    const place = document.querySelector("main")!;
    const size = new ResizeObserver(([entry]) => (viewWidth.value = entry.contentRect.width));
    size.observe(place);
    return () => size.disconnect();
  }, []);
}
