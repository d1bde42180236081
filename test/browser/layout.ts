/** What a picture of the page must not show: text that is cut off, lies over other text, or runs out of its chart. */
import type { Page } from "@playwright/test";

/** Faults of the page as it is laid out now, a line each; none where all is well. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    /** Pixels that boxes of letters may stand out, since letters fill them nowhere. */
    const SLACK = 2;
    const faults: string[] = [];
    const named = (element: Element) => {
      const classes = (element.getAttribute("class") ?? "").trim().replaceAll(/\s+/g, ".");
      return `${element.localName}${classes ? `.${classes}` : ""}`;
    };
    const said = (text: string) => `"${text.trim().replaceAll(/\s+/g, " ").slice(0, 48)}"`;
    const path = (element: Element) => {
      const names: string[] = [];
      for (let at: Element | null = element; at && names.length < 3; at = at.parentElement) names.unshift(named(at));
      return names.join(" > ");
    };

    type Box = Pick<DOMRect, "left" | "right" | "top" | "bottom">;
    interface Word {
      readonly text: string;
      readonly element: Element;
      /** As it is seen. */
      readonly box: Box;
      /** What it may move against other text with: a scrolled box, or something that sticks or floats. */
      readonly layer: Element | null;
    }
    const words: Word[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!, text = node.textContent!;
      if (text.trim() === "" || element.closest("script, noscript, title, option, .hidden-text, .skip, [popover]")) {
        continue;
      }
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width === 0 || box.height === 0) continue;
        const seen = clipped(element, box, text);
        if (seen) words.push({ text, element, box: seen, layer: layerOf(element) });
      }
    }

    /** The part of a text that is to be seen, undefined where it is scrolled away. What cuts it off is noted. */
    function clipped(element: Element, whole: DOMRect, text: string): Box | undefined {
      let { left, right, top, bottom } = whole, reachable = false;
      for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
        const { overflowX, overflowY, textOverflow, position } = getComputedStyle(at);
        if (overflowX !== "visible" || overflowY !== "visible") {
          const room = at.getBoundingClientRect();
          const moves = /auto|scroll/.test(overflowX + overflowY) && (scrolls(at, "x") || scrolls(at, "y"));
          // shortened on purpose, and said in full elsewhere
          const told = textOverflow === "ellipsis" && at.closest("[title], [popovertarget]") !== null;
          const beyond = Math.max(room.left - left, right - room.right),
            below = Math.max(room.top - top, bottom - room.bottom);
          // letters fill a line's box nowhere
          if (!moves && !reachable && !told && (beyond > SLACK || below > SLACK + 4)) {
            faults.push(`cut off by ${path(at)}: ${said(text)}`);
          }
          [left, right] = [Math.max(left, room.left), Math.min(right, room.right)];
          [top, bottom] = [Math.max(top, room.top), Math.min(bottom, room.bottom)];
          reachable ||= moves;
        }
        if (position === "fixed") break;
      }
      if (right <= left || bottom <= top) return undefined;
      if (!reachable && (right > innerWidth + 1 || left < -1)) {
        faults.push(`beyond the page's edge: ${said(text)} in ${path(element)}`);
      }
      return { left, right, top, bottom };
    }

    function layerOf(element: Element): Element | null {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { position, overflowX, overflowY } = getComputedStyle(at);
        if (position === "fixed" || position === "sticky" || position === "absolute") return at;
        if (/auto|scroll/.test(overflowX + overflowY) && (scrolls(at, "x") || scrolls(at, "y"))) return at;
      }
      return null;
    }
    function scrolls(element: Element, way: "x" | "y"): boolean {
      return way === "x"
        ? element.scrollWidth > element.clientWidth + 1
        : element.scrollHeight > element.clientHeight + 1;
    }

    for (const { text, element, box } of words) {
      const svg = element.closest("svg");
      if (!svg) continue;
      const room = svg.getBoundingClientRect();
      const out = Math.max(room.left - box.left, box.right - room.right, room.top - box.top, box.bottom - room.bottom);
      if (out > SLACK) faults.push(`runs ${Math.round(out)} px out of its chart: ${said(text)} in ${path(svg)}`);
    }

    for (const { text, element, box } of words) {
      const control = element.closest("button, .button, .segments label, .input, .chip");
      if (!control) continue;
      const room = control.getBoundingClientRect(), out = Math.max(room.left - box.left, box.right - room.right);
      if (out > SLACK) faults.push(`runs ${Math.round(out)} px out of its control: ${said(text)} in ${path(element)}`);
    }

    words.sort((a, b) => a.box.top - b.box.top);
    for (let i = 0; i < words.length; i++) {
      const a = words[i];
      for (let j = i + 1; j < words.length && words[j].box.top < a.box.bottom; j++) {
        const b = words[j];
        if (a.layer !== b.layer || a.element === b.element) continue;
        // raised and lowered letters share their line's box
        if (a.element.closest("sup, sub") || b.element.closest("sup, sub")) continue;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > SLACK && high > 5) {
          faults.push(`over each other: ${said(a.text)} and ${said(b.text)} in ${path(b.element)}`);
        }
      }
    }
    if (document.documentElement.scrollWidth > innerWidth) {
      faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} px in ${innerWidth}`);
    }
    return [...new Set(faults)];
  });
}
