/** The report as a library, apart from `mod.ts` because it brings Vega: charts as SVG, and the page that holds them. */

export { type ReportFiles, type ReportInput, writeReport } from "./experiment/report_files.ts";
export { renderSvg } from "./experiment/chart_render.ts";
