/** The colours of weights and of amounts, in both themes: what is drawn on the GPU, in fallbacks and in legends. */

/** Which ground one draws on. */
export type Theme = "light" | "dark";

/** What colour stands for: a signed weight, the size of its gradient, or which share of what a kernel keeps has survived. */
export type ColourBy = "weight" | "gradient" | "survival";

/** A theme's colours. */
export interface Palette {
  /** From the most negative to the most positive; the middle one is zero. */
  readonly diverging: readonly string[];
  /** From nothing to most. */
  readonly sequential: readonly string[];
  /** Behind everything, behind a plane's kernels (pruned), lines, text, and faint lines. */
  readonly ground: string;
  readonly sunken: string;
  readonly line: string;
  readonly ink: string;
  readonly faint: string;
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    diverging: [
      "#702905",
      "#B64E10",
      "#E6803A",
      "#F2BF96",
      "#FFFFFF",
      "#A8CFF7",
      "#5E9AE7",
      "#2663C9",
      "#0E3685",
    ],
    sequential: ["#EFF1DA", "#BDDBB6", "#77C4A3", "#1AA598", "#017E88", "#03577A", "#26325E"],
    ground: "#FBFAF7",
    sunken: "#F1EFEA",
    line: "#85827A",
    ink: "#1B1D21",
    faint: "#DDDAD2",
  },
  dark: {
    diverging: [
      "#FED7A1",
      "#F0903C",
      "#BA5D1D",
      "#6F3F22",
      "#0B0D10",
      "#2E4B83",
      "#4278D2",
      "#70AFF4",
      "#C2E7FE",
    ],
    sequential: ["#232546", "#1D4371", "#066788", "#068B96", "#37B19E", "#81D39F", "#E2ECA7"],
    ground: "#101317",
    sunken: "#0B0D10",
    line: "#6E7986",
    ink: "#E9EBEE",
    faint: "#2C333C",
  },
};

/** Red, green and blue of a #RRGGBB, 0 to 1. */
export function rgb(hex: string): [number, number, number] {
  const word = parseInt(hex.slice(1), 16);
  return [(word >> 16) / 255, (word >> 8 & 255) / 255, (word & 255) / 255];
}

/**
 * The colour of a value, −1 to 1 on the diverging scale or 0 to 1 on the sequential one; beyond its ends it is theirs, and
 * of no number that of 0.
 */
export function colourAt(stops: readonly string[], value: number, signed: boolean): [number, number, number] {
  const number = Number.isNaN(value) ? 0 : value;
  const share = Math.max(0, Math.min(1, signed ? (number + 1) / 2 : number)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(share)), part = share - low;
  const a = rgb(stops[low]), b = rgb(stops[low + 1]);
  return [0, 1, 2].map((i) => a[i] + part * (b[i] - a[i])) as [number, number, number];
}
