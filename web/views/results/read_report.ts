/** Reads the page of a report (src/experiment/report_page.ts) where its runs are not beside it. */

/** What a report's page shows. */
export interface ReadReport {
  readonly title: string;
  readonly description: string;
  readonly lead: string;
  readonly date: string;
  readonly warnings: readonly string[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly notes: readonly string[];
  readonly figures: readonly { readonly svg: string; readonly summary: string; readonly caption: string }[];
  /** Files inside the page: runs.csv, groups.csv, results.json. */
  readonly files: readonly { readonly name: string; readonly href: string }[];
}

/** Undefined for a page of anything else. */
export function readReport(html: string): ReadReport | undefined {
  // its styles are no business of this page, whose policy forbids to read them
  const plain = html.replace(/<(style|script)\b.*?<\/\1\s*>/gis, "").replace(/(<[a-z][^<>]*?)\sstyle="[^"]*"/gi, "$1");
  const page = new DOMParser().parseFromString(plain, "text/html");
  const table = page.querySelector('[aria-label="Results table"] table');
  const files = [...page.querySelectorAll<HTMLAnchorElement>('a[download][href^="data:"]')];
  if (!table || !files.some(({ download }) => download === "results.json")) return undefined;
  const texts = (root: ParentNode, selector: string) =>
    [...root.querySelectorAll(selector)].map((element) => element.textContent?.trim() ?? "");
  const rows = [...table.querySelectorAll("tbody tr")];
  return {
    title: texts(page, "h1")[0] ?? "Report",
    description: texts(page, "header > p:not(.note, .lead)")[0] ?? "",
    lead: texts(page, "header > .lead")[0] ?? "",
    date: texts(page, "header > .note")[0] ?? "",
    warnings: texts(page, ".warnings li"),
    table: { head: texts(table, "thead tr:last-child th"), rows: rows.map((row) => texts(row, "th, td")) },
    notes: texts(page, 'section[aria-labelledby="table"] > .note'),
    figures: [...page.querySelectorAll("figure")].map((figure) => {
      const drawing = figure.querySelector("svg");
      return {
        svg: drawing ? new XMLSerializer().serializeToString(drawing) : "",
        summary: texts(figure, "details p")[0] ?? "",
        caption: (texts(figure, "figcaption")[0] ?? "").replace(/\s*SVG$/, ""),
      };
    }),
    files: files.map(({ download, href }) => ({ name: download, href })),
  };
}
