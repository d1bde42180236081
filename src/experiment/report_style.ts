/** The style sheet of result pages: the palette's tokens, one column, tables with hairlines, print. */

import { DARK, LIGHT, type Palette } from "./chart_theme.ts";

function tokens(palette: Palette): string {
  return Object.entries(palette).map(([name, colour]) => `--${name}:${colour};`).join("");
}

/** CSS without the colours of rules, which depend on what the page shows. */
export const PAGE_STYLE = `:root { ${tokens(LIGHT)} color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { ${tokens(DARK)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--ink);
  font: 16px/24px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 16px 64px; }
h1 { font-size: 28px; line-height: 34px; font-weight: 600; margin: 0 0 8px; text-wrap: balance; }
h3 { font-size: 16px; line-height: 24px; font-weight: 600; margin: 16px 0 8px; }
h2 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 0 0 8px; }
p { margin: 0 0 8px; max-width: 68ch; }
section, figure { margin: 32px 0 0; }
.lead { font-weight: 600; }
.note, summary, figcaption { color: var(--ink2); font-size: 14px; line-height: 20px; }
.note { margin: 0; }
.note:first-of-type { margin-top: 8px; }
.warnings { border-left: 4px solid var(--warn); background: var(--sunken); border-radius: 4px; padding: 12px 16px; }
.warnings h2 { font-size: 16px; line-height: 24px; color: var(--warn); }
.warnings h2::before { content: "⚠ "; }
.warnings ul { margin: 0; padding-left: 20px; font-size: 14px; line-height: 20px; }
.warnings li + li { margin-top: 4px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 14px; line-height: 20px; width: 100%; }
th, td { padding: 4px 8px; text-align: left; font-weight: 400; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--ink2); }
thead tr:last-child th { border-bottom: 1px solid var(--control); }
th.group { text-align: right; font-weight: 600; }
th.group:not(:empty) { background: linear-gradient(var(--control), var(--control)) 8px 100% / calc(100% - 16px) 1px no-repeat; }
tbody th { font-weight: 600; }
.number { text-align: right; }
tbody tr { border-bottom: 1px solid var(--line); }
tr.apart > * { padding-top: 12px; }
.glyph { color: var(--light); display: inline-block; width: 1.2em; }
figure { margin-left: 0; margin-right: 0; }
.chart svg { display: block; width: 100%; min-width: 560px; height: auto; }
pre { font-size: 13px; line-height: 18px; overflow-x: auto; margin: 4px 0 12px; padding: 8px 12px; background: var(--sunken); border-radius: 4px; }
.commands { padding-left: 20px; font-size: 14px; line-height: 20px; }
.commands code { overflow-wrap: anywhere; }
details p { font-size: 14px; line-height: 20px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; font-size: 14px; line-height: 20px; }
dt { color: var(--ink2); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; }
a { color: inherit; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
@media print {
  body { background: #fff; font-size: 9.5pt; line-height: 13pt; }
  main { max-width: none; padding: 0; }
  figure, tr, .warnings, pre { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  table { font-size: 7pt; line-height: 9pt; }
  th, td { padding: 2px 4px; }
  .note, summary, figcaption, details p, dl, .warnings ul, .commands { font-size: 8pt; line-height: 11pt; }
  pre { font-size: 6.5pt; line-height: 8pt; columns: 3; break-inside: auto; }
  .scroll { overflow: visible; }
  .chart svg { min-width: 0; max-width: 174mm !important; }
  details::details-content { content-visibility: visible; display: block; }
  thead { display: table-header-group; }
  @page { margin: 18mm; }
}`;
