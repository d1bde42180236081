/** A chart of curves as a file: the same lines as on the screen, as SVG, and all points as CSV. */
import { dodge } from "../../../src/experiment/chart_theme.ts";
import { escapeHtml } from "../../../src/experiment/html.ts";
import { CURVE_COLUMNS } from "../../../src/worker/lab_types.ts";
import { decimate } from "../../state/curves.ts";
import type { Lane } from "../../state/lanes.ts";
import { type ChartSeries, extent } from "./chart_series.ts";

/** What stands around the lines, and colours by token. */
export interface SvgChart {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly ChartSeries[];
  /** Resolves a token such as `--ink`. */
  readonly colour: (token: string) => string;
}

const WIDTH = 720, HEIGHT = 400, LEFT = 56, RIGHT = 136, TOP = 64, BOTTOM = 52;

/** Whole steps of 1, 2 or 5 that lie between two values, about `count` of them. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  if (!Number.isFinite(step) || step <= 0) return [low];
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The chart as the text of an SVG file. */
export function curveSvg({ title, subtitle, xLabel, yLabel, series, colour }: SvgChart): string {
  const [, xHigh] = extent(series, "x") ?? [0, 1], [yLow, yHigh] = extent(series, "y") ?? [0, 1];
  const room = (yHigh - yLow || 1) * 0.05, low = yLow - room, high = yHigh + room, far = xHigh || 1;
  const x = (value: number) => LEFT + value / far * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM);
  const text = (content: string, at: string) => `<text ${at}>${escapeHtml(content)}</text>`;
  const quiet = `fill="${colour("--ink2")}" font-size="12"`;
  const parts = [
    text(title, `x="16" y="28" fill="${colour("--ink")}" font-size="14" font-weight="600"`),
    text(subtitle, `x="16" y="46" ${quiet}`),
    ...niceTicks(low, high, 5).flatMap((tick) => [
      `<path d="M${LEFT} ${fix(y(tick))}H${WIDTH - RIGHT}" stroke="${colour("--line")}"/>`,
      text(String(tick), `x="${LEFT - 8}" y="${fix(y(tick) + 4)}" text-anchor="end" ${quiet}`),
    ]),
    ...niceTicks(0, far, 6).map((tick) =>
      text(String(tick), `x="${fix(x(tick))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle" ${quiet}`)
    ),
    text(xLabel, `x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle" ${quiet}`),
    text(yLabel, `transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" ${quiet}`),
  ];
  const ends: { name: string; fill: string; x: number; y: number }[] = [];
  for (const one of series) {
    const stroke = colour(one.look.colour);
    const thin = decimate(one.x, one.y, 0, far, WIDTH - LEFT - RIGHT);
    const d = thin.x.map((value, i) => `${i === 0 ? "M" : "L"}${fix(x(value))} ${fix(y(thin.y[i]))}`).join("");
    const dash = one.look.dash[1] === 0 ? "" : ` stroke-dasharray="${one.look.dash.join(" ")}"`;
    parts.push(`<path d="${d}" fill="none" stroke="${stroke}" stroke-width="1.25"${dash}/>`);
    for (const point of one.points) {
      const at = `x="${fix(x(point.x))}" y="${fix(y(point.y) + 4)}" text-anchor="middle" font-size="12"`;
      parts.push(text(one.look.glyph, `${at} fill="${stroke}"`));
    }
    const end = one.points.at(-1) ?? (thin.x.length > 0 ? { x: thin.x.at(-1)!, y: thin.y.at(-1)! } : undefined);
    if (end) ends.push({ name: one.name, fill: stroke, x: x(end.x), y: y(end.y) });
  }
  const places = dodge(ends.map((end) => end.y), 14, TOP, HEIGHT - BOTTOM);
  ends.forEach(({ name, fill }, i) => {
    parts.push(
      text(name, `x="${WIDTH - RIGHT + 8}" y="${fix(places[i] + 4)}" fill="${fill}" font-size="12" font-weight="600"`),
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" ` +
    `font-family="system-ui, sans-serif" role="img" aria-label="${escapeHtml(title)}">` +
    `<rect width="100%" height="100%" fill="${colour("--surface")}"/>${parts.join("")}</svg>`;
}

/** All points of all lanes, a row each; empty where a lane has no value there. */
export function curveCsv(lanes: readonly Pick<Lane, "title" | "curve" | "epochs" | "start">[]): string {
  const header = "run,kind,step,images,gpu_seconds,loss,accuracy";
  const rows = lanes.flatMap(({ title, curve, epochs, start }) => {
    const name = /[",\n]/.test(title) ? `"${title.replaceAll('"', '""')}"` : title;
    const columns = curve.value, anEpoch = start.value?.images;
    const training = columns.step.map((_, i) =>
      [name, "training", ...CURVE_COLUMNS.map((column) => plain(columns[column][i]))].join(",")
    );
    const test = epochs.value.map(({ epoch, test: { loss, accuracy } }) =>
      [name, "test", "", anEpoch === undefined ? "" : epoch * anEpoch, "", plain(loss), plain(accuracy)].join(",")
    );
    return [...training, ...test];
  });
  return [header, ...rows, ""].join("\n");
}

/** A float32 without the digits that it does not have. */
function plain(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : String(value);
}

function fix(value: number): string {
  return String(Math.round(value * 10) / 10);
}
