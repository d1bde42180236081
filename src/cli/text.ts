/** Laying text out on a terminal: columns and broken lines. */

/** Rows of cells under each other, each column as wide as its widest cell; `right` names the columns of numbers. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  gap = "  ",
): string[] {
  const widths = rows.reduce<number[]>((all, row) => {
    row.forEach((cell, i) => all[i] = Math.max(all[i] ?? 0, cell.length));
    return all;
  }, []);
  return rows.map((row) =>
    row.map((cell, i) => right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join(gap).trimEnd()
  );
}

/** Breaks a text between words; lines after the first begin with `indent`. */
export function wrapText(text: string, columns: number, indent = ""): string[] {
  const [first, ...others] = text.split("\n");
  if (others.length > 0) {
    // a line that is indented is a command, to be copied as it stands
    const wrap = (line: string) => /^\s/.test(line) ? [indent + line] : wrapText(line, columns, indent);
    return [...wrapText(first, columns, indent), ...others.flatMap(wrap)];
  }
  const lines: string[] = [];
  for (const word of first.split(" ")) {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + 1 + word.length <= columns;
    if (fits || last?.trim() === "") lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : indent + word);
  }
  return lines;
}

/** Cuts a text that is too long, with an ellipsis. */
export function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
