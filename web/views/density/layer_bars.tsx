/** Density of each layer, rule beside rule: bars that grow from the density that was asked for, on one log scale. */
import { DARK, LIGHT } from "../../../src/experiment/chart_theme.ts";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel, ruleStyle } from "../../../src/experiment/rule_style.ts";
import type { RuleExpectation } from "../../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../../src/experiment/density_overview.ts";
import { OUTLINES } from "../../parts/marks.tsx";
import { theme } from "../../state/theme.ts";
import { layerLabel } from "./words.ts";

interface LayerBarsProps {
  readonly overview: DensityOverview;
  /** The rules that are shown, from left to right. */
  readonly rules: readonly RuleExpectation[];
  readonly width: number;
  /** Pixels of the layers' names, and between two rules: those of the panels above. */
  readonly names: number;
  readonly gap: number;
}

const FONT = "system-ui, sans-serif";
const LEAST = 1e-4, TICKS = [1, 0.01, 0.0001];
/** Pixels of the number at a row's end. */
const NUMBER = 52;
const TOP = 4, AXIS = 36;

/** Height of a row: less where a network has many. */
function rowHeight(layers: number): number {
  return layers > 30 ? 12 : 16;
}

/** One SVG for all rules, so that it leaves the page as one figure. */
export function LayerBars({ overview, rules, width, names, gap }: LayerBarsProps) {
  const palette = theme.value === "light" ? LIGHT : DARK, { layers, density: asked } = overview;
  const row = rowHeight(layers.length), bottom = TOP + row * layers.length, size = row > 12 ? 12 : 10;
  const each = Math.max(60, (width - names - gap * rules.length) / rules.length), span = each - NUMBER;
  const at = (density: number) => span * (1 - Math.log(Math.max(LEAST, density)) / Math.log(LEAST));
  const text = { "font-family": FONT, "font-size": size };
  return (
    <svg
      role="img"
      aria-label={summaryOf(overview, rules)}
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={bottom + AXIS}
      viewBox={`0 0 ${width} ${bottom + AXIS}`}
    >
      {layers.map(({ name }, l) => (
        <text key={name} {...text} x={0} y={TOP + row * l + row / 2 + size / 3} fill={palette.ink2}>
          {clipped(layerLabel(name), names)}
        </text>
      ))}
      {rules.map((rule, r) => (
        <g key={rule.rule} transform={`translate(${names + gap + r * (each + gap)} 0)`}>
          {layers.map(({ name }, l) =>
            l % 2 === 0 && (
              <rect key={name} x={0} y={TOP + row * l} width={each} height={row} fill={palette.sunken} opacity={0.6} />
            )
          )}
          <Bars {...{ overview, rule, row, at, size, each }} />
          <path d={`M${at(asked)} ${TOP}V${bottom}`} stroke={palette.ink} stroke-width={1} />
          {TICKS.map((tick) => (
            <g key={tick}>
              <path d={`M${at(tick)} ${bottom}v4`} stroke={palette.control} />
              <text
                {...text}
                font-size={11}
                x={at(tick)}
                y={bottom + 16}
                text-anchor={tick === 1 ? "end" : tick === LEAST ? "start" : "middle"}
                fill={palette.ink2}
              >
                {tick}
              </text>
            </g>
          ))}
          <text {...text} font-size={11} x={0} y={bottom + 31} fill={palette.ink2}>density (log)</text>
          <text {...text} font-size={11} x={each} y={bottom + 16} text-anchor="end" fill={palette.ink2}>kept</text>
        </g>
      ))}
    </svg>
  );
}

interface BarsProps {
  readonly overview: DensityOverview;
  readonly rule: RuleExpectation;
  readonly row: number;
  readonly at: (density: number) => number;
  readonly size: number;
  readonly each: number;
}

function Bars({ overview: { layers, density: asked }, rule: { rule, densities }, row, at, size, each }: BarsProps) {
  const palette = theme.value === "light" ? LIGHT : DARK, style = ruleStyle(rule);
  const colour = palette === LIGHT ? style.light : style.dark, from = at(asked), scale = row > 12 ? 0.5 : 0.4;
  return (
    <>
      {layers.map(({ name, size: weights }, l) => {
        const to = at(densities[l]), middle = TOP + row * l + row / 2;
        return (
          <g key={name}>
            <title>
              {`${layerLabel(name)}: density ${formatDensity(densities[l])}, about ${
                formatCount(Math.round(densities[l] * weights))
              } of ${formatCount(weights)} weights`}
            </title>
            <rect
              x={Math.min(from, to)}
              y={middle - (row > 12 ? 4.5 : 3)}
              width={Math.abs(to - from)}
              height={row > 12 ? 9 : 6}
              fill={colour}
              opacity={0.55}
            />
            <path
              d={OUTLINES[style.shape]}
              transform={`translate(${to - 8 * scale} ${middle - 8 * scale}) scale(${scale})`}
              fill={colour}
            />
            <text
              font-family={FONT}
              font-size={size - 1}
              x={each}
              y={middle + size / 3}
              text-anchor="end"
              fill={palette.ink2}
            >
              {formatCount(Math.round(densities[l] * weights))}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** The end of a name says more than its beginning: "…2.0.downsample.0". */
function clipped(name: string, room: number): string {
  const most = Math.floor(room / 6.4);
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

function summaryOf({ model, density, layers }: DensityOverview, rules: readonly RuleExpectation[]): string {
  const each = rules.map(({ rule, densities }) => {
    const low = densities.indexOf(Math.min(...densities)), high = densities.indexOf(Math.max(...densities));
    return `${ruleLabel(rule)} from ${formatDensity(densities[low])} (${layerLabel(layers[low].name)}) to ` +
      `${formatDensity(densities[high])} (${layerLabel(layers[high].name)})`;
  });
  return `Density of each of ${layers.length} layers of ${model} at asked density ${density}: ${each.join("; ")}.`;
}
