/** Pieces of HTML that pages are put together from. */

/** By this a page says that it is a report of this program. */
export const REPORT_GENERATOR = "startsparse";

/** Text as HTML, also within an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A table of texts in a region that scrolls sideways; the columns named in `numeric` are set to the right. */
export function plainTable(
  label: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<string> = new Set(),
): string {
  const side = (i: number) => numeric.has(header[i]) ? ' class="number"' : "";
  const head = header.map((title, i) => `<th scope="col"${side(i)}>${escapeHtml(title)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${side(i)}>${escapeHtml(cell)}</td>`).join("")}</tr>`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)}">
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>`;
}

/** A section with its heading. */
export function section(id: string, title: string, content: string): string {
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(title)}</h2>
${content}
</section>`;
}

/** Something folded that print opens. */
export function folded(summary: string, content: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${content}</details>`;
}

/** A file inside the page, which needs no network and no script to be saved. */
export function dataLink(name: string, type: string, text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return `<a download="${escapeHtml(name)}" href="data:${type};base64,${btoa(binary)}">${escapeHtml(name)}</a>`;
}
