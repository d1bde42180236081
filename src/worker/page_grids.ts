/** The grids that a page offers, by the names of their presets. */

/** Names of the grids; the first is the one that a page begins with. */
export const PAGE_GRIDS = [
  "mini/er-ratios",
  "mini/flow",
  "mini/er-scores",
  "mini/imp",
  "mini/dst",
  "mini/str",
  "mini/edge-popup",
] as const;

/** Whether a run is a cell of one of them, by the preset that it names: those belong to the sweep and not to the lanes. */
export function isSweepCell({ preset }: { readonly preset?: string }): boolean {
  return preset !== undefined && PAGE_GRIDS.some((name) => name === preset);
}
