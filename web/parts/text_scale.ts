/** Charts are drawn in pixels and follow the size of the page's text. */

/** The page's text against 16 pixels: 1.125 on a very large screen, more where a visitor's browser has larger text. */
export function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
