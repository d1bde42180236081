/** Small words of the view Density. */

/** A layer's name as people read it. */
export function layerLabel(name: string): string {
  return name.replace(/\.weight$/, "");
}
