/** What every chart shares: the look of axes and text, the colours of light and dark ground, labels that do not collide. */

/** Colours of text, lines and ground. */
export interface Palette {
  background: string;
  surface: string;
  sunken: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  control: string;
  warn: string;
}

export const LIGHT: Palette = {
  background: "#FBFAF7",
  surface: "#FFFFFF",
  sunken: "#F1EFEA",
  ink: "#1B1D21",
  ink2: "#4A4E56",
  ink3: "#63676F",
  line: "#DDDAD2",
  control: "#85827A",
  warn: "#7A5200",
};

export const DARK: Palette = {
  background: "#101317",
  surface: "#171B21",
  sunken: "#0B0D10",
  ink: "#E9EBEE",
  ink2: "#B8BFC8",
  ink3: "#939CA8",
  line: "#2C333C",
  control: "#6E7986",
  warn: "#E3B341",
};

/** Vega-Lite configuration of every chart; drawn for light ground, see {@link darkStyles}. */
export const CHART_CONFIG = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    domain: false,
    tickSize: 4,
    tickColor: LIGHT.control,
    gridColor: LIGHT.line,
    labelColor: LIGHT.ink2,
    titleColor: LIGHT.ink,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 500,
    titlePadding: 8,
    labelFlush: false,
  },
  // Placed by hand, since the width of labels is only guessed without a canvas: charts that stand above each other begin
  // at one line.
  axisY: { titleX: -52 },
  title: {
    anchor: "start",
    frame: "group",
    dx: -64,
    fontSize: 14,
    fontWeight: 600,
    color: LIGHT.ink,
    subtitleFontSize: 12,
    subtitleColor: LIGHT.ink2,
    subtitlePadding: 6,
    offset: 14,
  },
} as const;

/**
 * CSS that turns a chart drawn for light ground dark: a rule for each colour, since a style outweighs the attributes that
 * an SVG is drawn with. `scope` is the selector of what holds the chart, `looks` are the colours of its lines.
 */
export function darkStyles(scope: string, looks: readonly { light: string; dark: string }[]): string {
  const pairs = new Map<string, string>();
  for (const key of ["ink", "ink2", "ink3", "line", "control", "surface"] as const) pairs.set(LIGHT[key], DARK[key]);
  for (const { light, dark } of looks) pairs.set(light, dark);
  return [...pairs].flatMap(([light, dark]) => [
    `${scope} [fill="${light}" i]{fill:${dark}}`,
    `${scope} [stroke="${light}" i]{stroke:${dark}}`,
  ]).join("\n");
}

/** Moves labels apart: positions in pixels, in the given order, at least `gap` from each other, as near as can be. */
export function dodge(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  // Labels that touch are merged into blocks that sit at the mean of what their members want.
  const blocks: { members: number[]; centre: number }[] = [];
  const half = (block: { members: number[] }) => (block.members.length - 1) * gap / 2;
  const settle = (members: number[]) => {
    const mean = members.reduce((sum, i) => sum + wanted[i], 0) / members.length;
    const room = (members.length - 1) * gap / 2;
    return { members, centre: Math.min(Math.max(mean, low + room), high - room) };
  };
  for (const i of order) {
    let block = settle([i]);
    for (let last = blocks.at(-1); last; last = blocks.at(-1)) {
      if (last.centre + half(last) + gap <= block.centre - half(block) + 1e-9) break;
      blocks.pop();
      block = settle([...last.members, ...block.members]);
    }
    blocks.push(block);
  }
  const placed = new Array<number>(wanted.length);
  for (const block of blocks) {
    block.members.forEach((i, k) => placed[i] = block.centre - half(block) + k * gap);
  }
  return placed;
}
