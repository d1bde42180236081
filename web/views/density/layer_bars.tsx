/** Density of each layer, rule beside rule: bars that grow from the density that was asked for, on one log scale. */
import { useMemo } from "preact/hooks";
import { DARK, LIGHT, type Palette } from "../../../src/experiment/chart_theme.ts";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import { ruleLabel, ruleStyle } from "../../../src/experiment/rule_style.ts";
import type { LayerFacts, RuleExpectation } from "../../../src/experiment/density_facts.ts";
import type { DensityOverview } from "../../../src/experiment/density_overview.ts";
import { outlineAt } from "../../parts/marks.tsx";
import { textScale } from "../../parts/text_scale.ts";
import { theme } from "../../state/theme.ts";
import { layerLabel } from "./words.ts";

interface LayerBarsProps {
  readonly overview: DensityOverview;
  /** The rules that are shown, from left to right. */
  readonly rules: readonly RuleExpectation[];
  /** What a row says where the pointer rests: a little behind, and the same object until it changes. */
  readonly told: readonly RuleExpectation[];
  readonly width: number;
  /** Pixels of the layers' names, and between two rules: those of the panels above. */
  readonly names: number;
  readonly gap: number;
}

const FONT = "system-ui, sans-serif";
const LEAST = 1e-4;
/** Ticks of a column; the middle one where its label has room. */
const ticksOf = (span: number) => span < 110 ? [1, LEAST] : [1, 0.01, LEAST];
/** Pixels of the number at a row's end. */
const NUMBER = 52;
const TOP = 4, AXIS = 36;

/** Where everything stands. */
interface Places {
  readonly layers: readonly LayerFacts[];
  readonly names: number;
  /** Left ends and width of the rules' columns. */
  readonly columns: readonly number[];
  readonly each: number;
  /** Height of a row, less where a network has many; size of its letters. */
  readonly row: number;
  readonly size: number;
  readonly bottom: number;
  /** Pixels of a density within a column. */
  readonly at: (density: number) => number;
  readonly palette: Palette;
}

function placesOf({ overview: { layers }, rules, width, names, gap }: LayerBarsProps): Places {
  const row = layers.length > 30 ? 12 : 16, size = row > 12 ? 12 : 10;
  const each = Math.max(60, (width - names - gap * rules.length) / rules.length), span = each - NUMBER;
  return {
    layers,
    names,
    columns: rules.map((_, r) => names + gap + r * (each + gap)),
    each,
    row,
    size,
    bottom: TOP + row * layers.length,
    at: (density) => span * (1 - Math.log(Math.max(LEAST, density)) / Math.log(LEAST)),
    palette: theme.value === "light" ? LIGHT : DARK,
  };
}

/**
 * One SVG for all rules, so that it leaves the page as one figure. It follows a moving slider: what does not move is made
 * once, and what does is few elements.
 */
export function LayerBars(props: LayerBarsProps) {
  const { overview, rules, told } = props, { layers, density: asked } = overview, scale = textScale();
  // in units of the usual size of text
  const [width, names, gap] = [props.width, props.names, props.gap].map((pixels) => pixels / scale);
  const places = placesOf({ ...props, width, names, gap }), { bottom, palette } = places;
  const key = [layers.map(({ name }) => name).join(), rules.length, width, names, gap, theme.value];
  const frame = useMemo(() => <Frame {...places} />, key);
  const titles = useMemo(() => <Titles {...places} rules={told} />, [...key, told]);
  return (
    <svg
      role="img"
      aria-label={summaryOf(overview, rules)}
      xmlns="http://www.w3.org/2000/svg"
      width={width * scale}
      height={(bottom + AXIS) * scale}
      viewBox={`0 0 ${width} ${bottom + AXIS}`}
      font-family={FONT}
    >
      {frame}
      {rules.map((rule, r) => (
        <g key={r} transform={`translate(${places.columns[r]} 0)`}>
          <Bars {...places} rule={rule} asked={asked} />
          <path d={`M${places.at(asked)} ${TOP}V${bottom}`} stroke={palette.ink} stroke-width={1} />
        </g>
      ))}
      {titles}
    </svg>
  );
}

/** Names, stripes and axes. */
function Frame({ layers, names, columns, each, row, size, bottom, at, palette }: Places) {
  return (
    <g fill={palette.ink2}>
      <g font-size={size}>
        {layers.map(({ name }, l) => (
          <text key={name} x={0} y={TOP + row * l + row / 2 + size / 3}>{clipped(layerLabel(name), names)}</text>
        ))}
      </g>
      {columns.map((left) => (
        <g key={left} transform={`translate(${left} 0)`} font-size={11}>
          {layers.map(({ name }, l) =>
            l % 2 === 0 && (
              <rect key={name} x={0} y={TOP + row * l} width={each} height={row} fill={palette.sunken} opacity={0.6} />
            )
          )}
          {ticksOf(each - NUMBER).map((tick) => (
            <g key={tick}>
              <path d={`M${at(tick)} ${bottom}v4`} stroke={palette.control} />
              <text
                x={at(tick)}
                y={bottom + 16}
                text-anchor={tick === 1 ? "end" : tick === LEAST ? "start" : "middle"}
              >
                {tick}
              </text>
            </g>
          ))}
          <text x={0} y={bottom + 31}>density (log)</text>
          <text x={each} y={bottom + 16} text-anchor="end">kept</text>
        </g>
      ))}
    </g>
  );
}

/** A rule's bars, their marks, and the weights kept. */
function Bars(
  { layers, rule: { rule, densities }, asked, row, size, each, at, palette }: Places & {
    readonly rule: RuleExpectation;
    readonly asked: number;
  },
) {
  const style = ruleStyle(rule), colour = palette === LIGHT ? style.light : style.dark;
  const from = at(asked), scale = row > 12 ? 0.5 : 0.4, high = row > 12 ? 9 : 6;
  const middles = layers.map((_, l) => TOP + row * l + row / 2);
  const bar = (l: number) => `M${from} ${middles[l] - high / 2}H${at(densities[l])}v${high}H${from}z`;
  const mark = (l: number) => outlineAt(style.shape, at(densities[l]) / scale, middles[l] / scale);
  return (
    <>
      <path d={layers.map((_, l) => bar(l)).join("")} fill={colour} opacity={0.55} />
      <path d={layers.map((_, l) => mark(l)).join("")} transform={`scale(${scale})`} fill={colour} />
      <g font-size={size - 1} text-anchor="end" fill={palette.ink2}>
        {layers.map(({ name, size: weights }, l) => (
          <text key={name} x={each} y={middles[l] + size / 3}>{formatCount(Math.round(densities[l] * weights))}</text>
        ))}
      </g>
    </>
  );
}

/** What each row says where the pointer rests. */
function Titles(
  { layers, rules, columns, each, row }: Places & { readonly rules: readonly RuleExpectation[] },
) {
  return (
    <g fill="none" pointer-events="all">
      {rules.map(({ densities }, r) =>
        layers.map(({ name, size }, l) => (
          <rect key={`${r} ${name}`} x={columns[r]} y={TOP + row * l} width={each} height={row}>
            <title>
              {`${layerLabel(name)}: density ${formatDensity(densities[l])}, about ${
                formatCount(Math.round(densities[l] * size))
              } of ${formatCount(size)} weights`}
            </title>
          </rect>
        ))
      )}
    </g>
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
