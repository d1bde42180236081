/** One uPlot chart of curves with direct labels; it is told what to draw and asks for nothing. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { dodge } from "../../../src/experiment/chart_theme.ts";
import { decimate } from "../../state/curves.ts";
import { textScale } from "../../parts/text_scale.ts";
import { type ChartSeries, extent } from "./chart_series.ts";

/** Pixels between two labels, and of the letters in them. */
const GAP = 15, FONT = 12;

/** What a chart is, apart from its data. */
export interface PlotFrame {
  readonly xLabel: string;
  readonly yLabel: string;
  /** Resolves a token such as `--ink`. */
  readonly colour: (token: string) => string;
}

/** A chart in an element. */
export class CurvePlot {
  #plot: uPlot | undefined;
  #series: readonly ChartSeries[] = [];
  #key = "";

  constructor(readonly element: HTMLElement, readonly frame: PlotFrame) {}

  /** Draws what there is now. */
  draw(series: readonly ChartSeries[]): void {
    this.#series = series;
    const key = [textScale(), ...series.map(({ name, look }) => `${name}|${look.colour}|${look.dash}`)].join();
    if (!this.#plot || key !== this.#key) this.#make(key);
    const [, far] = extent(series, "x") ?? [0, 1];
    const pixels = Math.max(100, this.#plot!.bbox.width / devicePixelRatio);
    const tables = series.map(({ x, y }) => {
      const thin = decimate(x, y, 0, far, pixels);
      return [thin.x, thin.y] as uPlot.AlignedData;
    });
    const data: uPlot.AlignedData = tables.length === 0 ? [[0, 1]] : uPlot.join(tables);
    this.#plot!.setData(data);
  }

  /** Takes the element's size. */
  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (this.#plot && width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #make(key: string): void {
    this.destroy();
    this.#key = key;
    const { colour, xLabel, yLabel } = this.frame;
    const scale = textScale(),
      font = `${FONT * scale}px system-ui, sans-serif`,
      ink2 = colour("--ink2"),
      line = colour("--line");
    const axis = { stroke: ink2, font, labelFont: font, ticks: { stroke: line, size: 4, width: 1 } };
    const room = Math.max(48, ...this.#series.map(({ name }) => textWidth(name, font))) + 16 * scale;
    const { clientWidth, clientHeight } = this.element;
    const options: uPlot.Options = {
      width: Math.max(200, clientWidth),
      height: Math.max(120, clientHeight),
      padding: [10, room, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, (extent(this.#series, "x") ?? [0, 1])[1] || 1] },
        y: { range: () => withRoom(extent(this.#series, "y")) },
      },
      axes: [
        { ...axis, label: xLabel, labelSize: 20 * scale, size: 28 * scale, grid: { show: false } },
        { ...axis, label: yLabel, labelSize: 20 * scale, size: 44 * scale, grid: { stroke: line, width: 1 } },
      ],
      series: [
        {},
        ...this.#series.map(({ name, look }) => ({
          label: name,
          stroke: colour(look.colour),
          width: 1.25,
          dash: look.dash[1] === 0 ? undefined : [...look.dash],
          spanGaps: true,
          points: { show: false },
        })),
      ],
      hooks: { draw: [(plot) => this.#over(plot)] },
    };
    this.#plot = new uPlot(options, [[0, 1], ...this.#series.map(() => [null, null])], this.element);
  }

  /** Evaluations, marks of changed settings, and the names at the lines' ends. */
  #over(plot: uPlot): void {
    const { ctx, bbox } = plot, ratio = devicePixelRatio * textScale();
    const { colour } = this.frame;
    const x = (value: number) => plot.valToPos(value, "x", true),
      y = (value: number) => plot.valToPos(value, "y", true);
    ctx.save();
    ctx.textBaseline = "middle";
    const said = new Set<string>();
    for (const { look, points, marks } of this.#series) {
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      ctx.fillStyle = ctx.strokeStyle = colour(look.colour);
      for (const point of points) if (Number.isFinite(point.y)) ctx.fillText(look.glyph, x(point.x), y(point.y));
      ctx.fillStyle = colour("--ink2");
      ctx.textAlign = "left";
      ctx.lineWidth = ratio;
      for (const mark of marks) {
        ctx.beginPath();
        ctx.moveTo(x(mark.x), bbox.top);
        ctx.lineTo(x(mark.x), bbox.top + bbox.height);
        ctx.stroke();
        // a change of all lanes comes to each at its own place, and is named once
        if (!said.has(mark.text)) ctx.fillText(mark.text, x(mark.x) + 4 * ratio, bbox.top + 7 * ratio);
        said.add(mark.text);
      }
    }
    const ends = this.#series.flatMap(({ name, look, x: xs, y: ys, points }) => {
      const last = points.at(-1) ?? { x: xs.at(-1), y: ys.at(-1) };
      return Number.isFinite(last.y) ? [{ name, fill: colour(look.colour), at: y(last.y!) }] : [];
    });
    const places = dodge(ends.map(({ at }) => at), GAP * ratio, bbox.top, bbox.top + bbox.height);
    ctx.font = `600 ${FONT * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ends.forEach(({ name, fill }, i) => {
      ctx.fillStyle = fill;
      ctx.fillText(name, bbox.left + bbox.width + 8 * ratio, places[i]);
    });
    ctx.restore();
  }
}

function withRoom(range: readonly [number, number] | undefined): [number, number] {
  const [low, high] = range ?? [0, 1], room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

let measure: CanvasRenderingContext2D | null | undefined;

function textWidth(text: string, font: string): number {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) return text.length * 7;
  measure.font = `600 ${font}`;
  return measure.measureText(text).width;
}
