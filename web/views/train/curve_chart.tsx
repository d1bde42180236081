/** A chart of lanes' curves on the page: drawn a few times a second at most, with its table and files. */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatLoss, formatPercent } from "../../../src/experiment/results_numbers.ts";
import { Popover } from "../../parts/dialog.tsx";
import { type CurveAxis } from "../../state/curves.ts";
import type { Lane } from "../../state/lanes.ts";
import { theme } from "../../state/theme.ts";
import { AXIS_WORDS, CHART_SUBTITLE, CHART_WORDS, type CurveKind, seriesOf, summaryOf } from "./chart_series.ts";
import type { CurvePlot } from "./curve_plot.ts";
import { download } from "../../parts/download.ts";
import { pngOf } from "./svg_png.ts";

/** Milliseconds between two drawings: seen, and in a hidden tab. */
const SEEN = 250, HIDDEN = 1000;

interface CurveChartProps {
  readonly lanes: readonly Lane[];
  readonly kind: CurveKind;
  readonly axis: CurveAxis;
}

/** Loss or accuracy of some lanes. */
export function CurveChart({ lanes, kind, axis }: CurveChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [table, setTable] = useState(false);
  const words = CHART_WORDS[kind], ids = lanes.map(({ id }) => id).join();
  useEffect(() => {
    if (table) return;
    return drawWhileSeen(box.current!, { lanes, kind, axis });
  }, [ids, kind, axis, theme.value, table]);
  const series = () => lanes.map((lane) => seriesOf(lane, kind, axis));
  const svg = async () => {
    const { curveSvg } = await import("./chart_svg.ts");
    const { label } = AXIS_WORDS[axis], { title, y } = words;
    return curveSvg({
      title,
      subtitle: CHART_SUBTITLE,
      xLabel: label,
      yLabel: y,
      series: series(),
      colour: tokenColour,
    });
  };
  const file = `${kind}-${axis}`;
  return (
    <figure class="curve-chart" aria-label={`${words.title} against ${AXIS_WORDS[axis].within}`}>
      <figcaption>
        <h2>{words.title}</h2>
        <div class="chart-tools">
          <button type="button" class="button quiet small" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? "Chart" : "Table"}
          </button>
          <Popover label="Save" class="button quiet small">
            <button
              type="button"
              class="button quiet"
              onClick={async () => download(`${file}.svg`, new Blob([await svg()], { type: "image/svg+xml" }))}
            >
              SVG
            </button>
            <button
              type="button"
              class="button quiet"
              onClick={async () => download(`${file}.png`, await pngOf(await svg(), 2))}
            >
              PNG 2×
            </button>
            <button
              type="button"
              class="button quiet"
              onClick={async () => {
                const { curveCsv } = await import("./chart_svg.ts");
                download("curves.csv", new Blob([curveCsv(lanes)], { type: "text/csv" }));
              }}
            >
              CSV
            </button>
          </Popover>
        </div>
      </figcaption>
      {table ? <CurveTable lanes={lanes} kind={kind} /> : <div class="plot" ref={box} aria-hidden="true" />}
      <Summary lanes={lanes} kind={kind} axis={axis} />
    </figure>
  );
}

/** The chart in words: it changes with each evaluation only, since nobody reads as fast as points come. */
function Summary({ lanes, kind, axis }: CurveChartProps) {
  for (const lane of lanes) lane.epochs.value;
  const series = lanes.map((lane) => seriesOf({ ...lane, curve: peeking(lane) }, kind, axis));
  return <p class="hidden-text">{summaryOf(series, kind, axis)}</p>;
}

/** The curve, without being drawn anew with each of its points. */
function peeking({ curve }: Lane): Lane["curve"] {
  return Object.create(curve, { value: { get: () => curve.peek() } }) as Lane["curve"];
}

function CurveTable({ lanes, kind }: Omit<CurveChartProps, "axis">) {
  const cell = (value: number | undefined) => {
    if (value === undefined) return "–";
    return kind === "accuracy" ? formatPercent(value) : formatLoss(value);
  };
  const epochs = Math.max(0, ...lanes.map(({ epochs }) => epochs.value.length));
  return (
    <div class="plot table-scroll" tabIndex={0} role="region" aria-label={`${CHART_WORDS[kind].title}, table`}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">epoch</th>
            {lanes.map(({ id, title }) => [
              <th key={`${id}-train`} scope="col" class="number">{title}, training</th>,
              <th key={`${id}-test`} scope="col" class="number">{title}, test</th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: epochs }, (_, i) => (
            <tr key={i}>
              <th scope="row" class="number">{i + 1}</th>
              {lanes.map(({ id, epochs: { value } }) => [
                <td key={`${id}-train`} class="number">{cell(value[i]?.train?.[kind])}</td>,
                <td key={`${id}-test`} class="number">{cell(value[i]?.test[kind])}</td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A token's colour as it is now. */
export function tokenColour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/** Draws into an element until the returned function is called: when something is new, and the element is in sight. */
function drawWhileSeen(box: HTMLElement, { lanes, kind, axis }: CurveChartProps): () => void {
  let plot: CurvePlot | undefined,
    ended = false,
    seen = true,
    wanted = false,
    timer: ReturnType<typeof setTimeout> | undefined,
    last = -Infinity;
  const colours = new Map<string, string>();
  const colour = (token: string) => {
    if (!colours.has(token)) colours.set(token, tokenColour(token));
    return colours.get(token)!;
  };
  const draw = () => {
    timer = undefined;
    if (ended || !plot) return;
    if (!seen) return void (wanted = true);
    wanted = false;
    last = performance.now();
    requestAnimationFrame(() => {
      if (!ended) plot?.draw(lanes.map((lane) => seriesOf(lane, kind, axis)));
    });
  };
  const ask = () => {
    if (timer !== undefined) return;
    const pause = document.hidden ? HIDDEN : SEEN;
    timer = setTimeout(draw, Math.max(0, last + pause - performance.now()));
  };
  const stop = effect(() => {
    for (const { curve, epochs, marks } of lanes) [curve.value, epochs.value, marks.value];
    ask();
  });
  const sight = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    if (seen && wanted) ask();
  });
  sight.observe(box);
  const size = new ResizeObserver(() => {
    plot?.resize();
    ask();
  });
  size.observe(box);
  whenIdle(async () => {
    const { CurvePlot } = await import("./curve_plot.ts");
    if (ended) return;
    plot = new CurvePlot(box, { xLabel: AXIS_WORDS[axis].label, yLabel: CHART_WORDS[kind].y, colour });
    ask();
  });
  return () => {
    ended = true;
    stop();
    clearTimeout(timer);
    sight.disconnect();
    size.disconnect();
    plot?.destroy();
  };
}

/** After the paint; not every browser has an idle callback. */
export function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(act, { timeout: 1000 });
  else setTimeout(act, 50);
}
