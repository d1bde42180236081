/** A static line chart as SVG: axes with units, marks and dashes, direct labels at the ends of lines. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { DARK, dodge, LIGHT, type Palette } from "../../src/experiment/chart_theme.ts";
import { theme } from "../state/theme.ts";
import { OUTLINES } from "./marks.tsx";
import { textScale } from "./text_scale.ts";
import type { PlotAxis, PlotPoint, PlotSeries, PlotSpec } from "./plot_types.ts";

interface PlotProps {
  readonly spec: PlotSpec;
  /** What the chart shows, in a sentence, for those who do not see it. */
  readonly summary: string;
  /** At the usual size of text; it grows with a wide place. */
  readonly height?: number;
}

/** From this width on a chart grows in height too, by so much for each pixel, up to a limit. */
const BROAD = 1000, GROWTH = 0.25, HIGHEST = 600;

const FONT = "system-ui, sans-serif";
/** Pixels of a letter at 12 px, plain and bold, for margins: text is not measured. */
const LETTER = 6.6, BOLD = 7.4;
const GAP = 14, TOP = 34, BOTTOM = 44;
/** Room of a tick's label at least. */
const TICK_ROOM = 12;

/** Draws as wide as its place is. */
export function Plot({ spec, summary, height = 300 }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, scale }, setSize] = useState({ width: 560, scale: 1 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const scale = textScale();
      setSize({ width: Math.max(240, Math.round(entry.contentRect.width / scale)), scale });
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="static-plot" ref={box}>
      <Chart
        spec={spec}
        summary={summary}
        width={width}
        height={Math.min(Math.max(height, HIGHEST), height + Math.max(0, Math.round((width - BROAD) * GROWTH)))}
        scale={scale}
        palette={theme.value === "light" ? LIGHT : DARK}
      />
    </div>
  );
}

interface ChartProps extends Required<PlotProps> {
  readonly width: number;
  /** Of the whole on the page. */
  readonly scale: number;
  readonly palette: Palette;
}

function Chart({ spec, summary, width, height, scale, palette }: ChartProps) {
  const { x, y, series, references = [] } = spec, drawn = series.filter(({ points }) => points.length > 0);
  const letters = Math.max(0, ...y.ticks.map((tick) => y.format(tick).length));
  const ends = references.filter(({ labelAt }) => labelAt === "end");
  const names = [...drawn.map(({ label }) => label), ...ends.map(({ label }) => label)];
  const left = Math.ceil(28 + letters * LETTER),
    right = Math.ceil(30 + BOLD * Math.max(0, ...names.map((n) => n.length)));
  const plot = { left, right: width - right, top: TOP, bottom: height - BOTTOM };
  const across = scaleOf(x, plot.left, plot.right), up = scaleOf(y, plot.bottom, plot.top);
  const labels = placeLabels(drawn, ends.map(({ label, points }) => ({ label, y: points[1].y })), up, plot);
  const colour = (line: PlotSeries) => palette === LIGHT ? line.style.light : line.style.dark;
  const text = { "font-family": FONT, "font-size": 12 };
  return (
    <svg
      role="img"
      aria-label={summary}
      xmlns="http://www.w3.org/2000/svg"
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
    >
      {y.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${plot.left} ${crisp(up(tick))}H${plot.right}`} stroke={palette.line} />
          <text {...text} x={plot.left - 8} y={up(tick) + 4} text-anchor="end" fill={palette.ink2}>
            {y.format(tick)}
          </text>
        </g>
      ))}
      {sparse(x, across).map((tick) => (
        <g key={tick}>
          <path d={`M${crisp(across(tick))} ${plot.bottom}v4`} stroke={palette.control} />
          <text {...text} x={across(tick)} y={plot.bottom + 18} text-anchor="middle" fill={palette.ink2}>
            {x.format(tick)}
          </text>
        </g>
      ))}
      <text {...text} font-weight={500} x={plot.left} y={height - 6} fill={palette.ink}>{x.label}</text>
      <text {...text} font-weight={500} x={4} y={11} fill={palette.ink}>{y.label}</text>
      {references.map(({ label, points: [from, to], dash, labelAt }) => (
        <g key={label}>
          <path
            d={`M${across(from.x)} ${up(from.y)}L${across(to.x)} ${up(to.y)}`}
            stroke={palette.ink}
            stroke-width={1.5}
            stroke-dasharray={dash.join(" ")}
          />
          {labelAt === "top" && (
            <text
              {...text}
              x={across(to.x) + (across(to.x) > (plot.left + plot.right) / 2 ? -6 : 6)}
              y={plot.top - 6}
              text-anchor={across(to.x) > (plot.left + plot.right) / 2 ? "end" : "start"}
              fill={palette.ink}
            >
              {label}
            </text>
          )}
        </g>
      ))}
      {drawn.map((line) => (
        <g key={line.key} stroke={colour(line)}>
          {line.points.map((point) =>
            point.low !== undefined && point.high !== undefined && (
              <path key={point.x} d={`M${across(point.x)} ${up(point.low)}V${up(point.high)}`} stroke-width={1.5} />
            )
          )}
          {line.marks !== "only" && (
            <path
              d={line.points.map((point, i) => `${i === 0 ? "M" : "L"}${round(across(point.x))} ${round(up(point.y))}`)
                .join("")}
              fill="none"
              stroke-width={2}
              stroke-dasharray={line.style.dash[1] === 0 ? undefined : line.style.dash.join(" ")}
            />
          )}
          {markedPoints(line).map((point) => (
            <path
              key={point.x}
              d={OUTLINES[line.style.shape]}
              transform={`translate(${across(point.x) - 5} ${up(point.y) - 5}) scale(0.625)`}
              fill={line.hollow ? palette.surface : colour(line)}
              stroke-width={2.4}
            >
              {point.title && <title>{point.title}</title>}
            </path>
          ))}
        </g>
      ))}
      {labels.map(({ label, at, line }) => (
        <g key={label}>
          {line && (isPlainDash(line)
            ? (
              <path
                d={`M${plot.right + 8} ${at}h11`}
                stroke={colour(line)}
                stroke-width={2}
                stroke-dasharray={line.style.dash.join(" ")}
              />
            )
            : (
              <path
                d={OUTLINES[line.style.shape]}
                transform={`translate(${plot.right + 8} ${at - 5}) scale(0.625)`}
                fill={line.hollow ? "none" : colour(line)}
                stroke={colour(line)}
                stroke-width={2.4}
              />
            ))}
          <text {...text} font-weight={600} x={plot.right + (line ? 22 : 8)} y={at + 4} fill={palette.ink}>
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** A line that is known by its dash: no point of it has a mark. */
function isPlainDash({ marks, style: { dash } }: PlotSeries): boolean {
  return marks === "none" && dash[1] !== 0;
}

function markedPoints({ points, marks }: PlotSeries): readonly PlotPoint[] {
  if (marks === "all" || marks === "only") return points;
  return marks === "none" ? [] : [marks.at];
}

/** Pixels of a value; beyond the domain at its end. */
function scaleOf({ domain: [from, to], log }: PlotAxis, start: number, end: number): (value: number) => number {
  const at = (value: number) => log ? Math.log(Math.max(value, 1e-300)) : value;
  const a = at(from), span = at(to) - a;
  return (value) => start + (end - start) * Math.min(1, Math.max(0, (at(value) - a) / span));
}

/** Ticks whose labels do not run into each other. */
function sparse({ ticks, format }: PlotAxis, across: (value: number) => number): number[] {
  const kept: number[] = [];
  let free = -Infinity;
  for (const tick of [...ticks].sort((a, b) => across(a) - across(b))) {
    const half = format(tick).length * LETTER / 2;
    if (across(tick) - half < free) continue;
    kept.push(tick);
    free = across(tick) + half + TICK_ROOM;
  }
  return kept;
}

interface PlacedLabel {
  readonly label: string;
  readonly at: number;
  readonly line?: PlotSeries;
}

function placeLabels(
  lines: readonly PlotSeries[],
  others: readonly { label: string; y: number }[],
  up: (value: number) => number,
  plot: { readonly top: number; readonly bottom: number },
): PlacedLabel[] {
  const all = [
    ...lines.filter(({ label }) => label !== "").map((line) => ({
      label: line.label,
      wanted: up(line.points.at(-1)!.y),
      line,
    })),
    ...others.map(({ label, y }) => ({ label, wanted: up(y), line: undefined })),
  ];
  const placed = dodge(all.map(({ wanted }) => wanted), GAP, plot.top, plot.bottom);
  return all.map(({ label, line }, i) => ({ label, line, at: placed[i] }));
}

/** In the middle of a pixel, so that a hairline is one. */
function crisp(value: number): number {
  return Math.round(value - 0.5) + 0.5;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
