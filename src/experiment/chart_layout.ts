/**
 * The two sizes that charts are drawn in: for the page, and for a column of print. Both have text of 12 pixels; a column
 * is 84 mm wide, where 12 of its 357 pixels are 8 points.
 */

/** Sizes, in pixels. */
export interface Layout {
  /** Of the plot; `longWidth` where no label stands beside it. */
  readonly width: number;
  readonly longWidth: number;
  readonly height: number;
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** How far to the left of the plot titles of charts and of y axes begin. */
  readonly titleLeft: number;
  readonly axisLeft: number;
  /** Room for a label beside the plot, above which labels go below it. */
  readonly labelRoom: number;
  /** Characters of a line of text: of subtitles, of axes' titles, of what Vega measures by rule of thumb, twice as wide. */
  readonly line: number;
  readonly axisLine: number;
  readonly measuredLine: number;
  /** The same of titles, whose letters are larger. */
  readonly titleLine: number;
  readonly measuredTitleLine: number;
  /** Small multiples: how many stand side by side, and the size of one. */
  readonly panels: {
    readonly columns: number;
    readonly width: number;
    readonly height: number;
    readonly legend: number;
  };
  /** The same of the bars of layers, with or without the numbers beside them, for names up to a length and for longer ones. */
  readonly bars: {
    readonly numbers: boolean;
    readonly gap: number;
    readonly row: number;
    readonly short: Bars;
    readonly long: Bars;
  };
}

/** How bars of layers stand side by side. */
export interface Bars {
  readonly columns: number;
  readonly width: number;
  /** Characters of a heading. */
  readonly heading: number;
}

/** For the page. */
export const PAGE: Layout = {
  width: 560,
  longWidth: 560,
  height: 320,
  padding: { left: 68, right: 150, top: 84, bottom: 52 },
  titleLeft: 64,
  axisLeft: 52,
  labelRoom: Infinity,
  line: Infinity,
  axisLine: Infinity,
  measuredLine: Infinity,
  titleLine: Infinity,
  measuredTitleLine: Infinity,
  panels: { columns: 2, width: 250, height: 170, legend: 3 },
  bars: {
    numbers: true,
    gap: 58,
    row: 16,
    short: { columns: 4, width: 150, heading: Infinity },
    long: { columns: 4, width: 150, heading: Infinity },
  },
};

/** Width of a column of print. */
const COLUMN = { millimetres: 84, pixels: 357 };

/** For a column of print. */
export const PRINT: Layout = {
  width: 162,
  longWidth: 290,
  height: 200,
  padding: { left: 55, right: 12, top: 52, bottom: 50 },
  titleLeft: 51,
  axisLeft: 42,
  labelRoom: 140,
  line: 54,
  axisLine: 34,
  measuredLine: 34,
  titleLine: 40,
  measuredTitleLine: 29,
  panels: { columns: 1, width: 234, height: 130, legend: 2 },
  bars: {
    numbers: false,
    gap: 26,
    row: 14,
    short: { columns: 2, width: 68, heading: 9 },
    long: { columns: 1, width: 160, heading: Infinity },
  },
};

/** Ends the names of files of {@link PRINT}. */
export const PRINT_SUFFIX = `-${COLUMN.millimetres}mm`;

/** Breaks texts between words at a number of characters. */
export function broken(texts: readonly string[], limit: number): string[] {
  if (limit === Infinity) return [...texts];
  return texts.flatMap((text) => {
    const lines: string[] = [];
    // "n = 3" stays together
    for (const word of text.replaceAll(" = ", "\u00a0=\u00a0").split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}

/** An axis' title: a line, or several. */
export function axisTitle(text: string, { axisLine }: Layout): string | string[] {
  const lines = broken([text], axisLine);
  return lines.length > 1 ? lines : text;
}

/**
 * An SVG of {@link PRINT} with its size in millimetres, so that it is 84 mm wide wherever it is put. What it is wider than
 * that is empty: Vega keeps room at the right for text that it guesses far too long.
 */
export function inMillimetres(svg: string): string {
  const { millimetres, pixels } = COLUMN;
  return svg.replace(
    /^(<svg [^>]*?)width="[\d.]+" height="([\d.]+)" viewBox="0 0 [\d.]+ [\d.]+"/,
    (_, start, height) => {
      const tall = (Number(height) * millimetres / pixels).toFixed(2);
      return `${start}width="${millimetres}mm" height="${tall}mm" viewBox="0 0 ${pixels} ${height}"`;
    },
  ).replace(/<rect width="[\d.]+"/, `<rect width="${pixels}"`);
}
