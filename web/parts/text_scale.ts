/** Charts are drawn in pixels and follow the size of the page's text. */

let known: number | undefined;
addEventListener("resize", () => (known = undefined));

/**
 * The page's text against 16 pixels: 1.125 on a very large screen, more where a visitor's browser has larger text. Read
 * once for each size of the window, because reading it lays the page out.
 */
export function textScale(): number {
  return known ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
