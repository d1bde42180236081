/** The numbers that a chart is drawn from, as records: what its table and its CSV show. */

import type { TopLevelSpec } from "vega-lite";
import type { Rows, Value } from "./results_rows.ts";

/** A chart's specification, as far as this looks into it. */
interface Drawn {
  readonly data?: { readonly values?: readonly Readonly<Record<string, Value>>[] };
  readonly layer?: readonly Layer[];
  readonly spec?: { readonly layer?: readonly Layer[] };
}

interface Layer {
  readonly encoding?: Readonly<Record<string, { readonly field?: string; readonly title?: string } | undefined>>;
}

/** Columns that only tell a drawing how to draw. */
const OF_DRAWING = new Set(["line"]);

/** A record for each point that the chart's lines go through; columns of its axes have the axes' words. */
export function chartRows(spec: TopLevelSpec): Rows {
  const { data, layer, spec: inner } = spec as Drawn, values = data?.values ?? [];
  const titles = new Map<string, string>();
  for (const { encoding = {} } of [...layer ?? [], ...inner?.layer ?? []]) {
    for (const channel of ["x", "y"]) {
      const { field, title } = encoding[channel] ?? {};
      if (field !== undefined && title && !titles.has(field)) titles.set(field, title);
    }
  }
  const keys = [...new Set(values.flatMap(Object.keys))].filter((key) => !OF_DRAWING.has(key));
  return {
    columns: keys.map((key) => ({
      name: key === "x" || key === "y" ? titles.get(key) ?? key : key,
      type: values.every((value) => typeof value[key] !== "string") ? "real" : "text",
    })),
    rows: values.map((value) => keys.map((key) => value[key] ?? null)),
  };
}
