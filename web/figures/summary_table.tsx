/** The summary of results: a row for each group, over all of its runs whatever is shown. */
import { useState } from "preact/hooks";
import type { ResultsTable, TableColumn, TableRow } from "../../src/worker/figures_types.ts";
import { Mark } from "../parts/marks.tsx";

interface SummaryTableProps {
  readonly table: ResultsTable;
  /** Folders of runs that are not shown: a row of nothing but such runs is left out, and changes no other. */
  readonly hidden: ReadonlySet<string>;
}

interface Order {
  readonly column: number;
  readonly down: boolean;
}

/** Sorted by a column's head: up, down, and back to the order of the rules. */
export function SummaryTable({ table, hidden }: SummaryTableProps) {
  const [order, setOrder] = useState<Order>();
  const { columns } = table;
  const shown = table.rows.filter(({ folders }) => folders.some((folder) => !hidden.has(folder)));
  const rows = order && order.column < columns.length ? sorted(shown, columns[order.column], order) : shown;
  const press = (column: number) => {
    if (order?.column !== column) setOrder({ column, down: false });
    else setOrder(order.down ? undefined : { column, down: true });
  };
  const named = columns.findIndex(({ title }) => title === "rule" || title === "run");
  const head = named < 0 ? 0 : named;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Results table">
      <table class="data-table">
        <thead>
          <tr class="spans">
            {spans(columns).map(({ group, span }, i) => <th key={i} colSpan={span}>{group}</th>)}
          </tr>
          <tr>
            {columns.map(({ title, long, numeric }, i) => (
              <th
                key={i}
                scope="col"
                class={numeric ? "number" : undefined}
                aria-sort={order?.column === i ? (order.down ? "descending" : "ascending") : undefined}
              >
                <button type="button" class="sorter" title={long} onClick={() => press(i)}>
                  {title}
                  {order?.column === i && <span aria-hidden="true">{order.down ? "↓" : "↑"}</span>}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.folders.join()} class={row.apart && !order ? "apart" : undefined}>
              {row.cells.map((cell, i) =>
                i === head
                  ? (
                    <th key={i} scope="row">
                      <span class="with-mark">
                        <Mark style={row.style} hollow={row.hollow} />
                        {cell}
                      </span>
                    </th>
                  )
                  : <td key={i} class={columns[i].numeric ? "number" : undefined}>{cell}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Numbers by size, words by the alphabet, what is not known last; equal ones stay in their order. */
function sorted(rows: readonly TableRow[], { numeric }: TableColumn, { column, down }: Order): TableRow[] {
  const sign = down ? -1 : 1;
  const value = ({ cells }: TableRow) => {
    const text = cells[column].trim();
    return numeric ? Number.parseFloat(text.replaceAll(",", "").replace(/^[\s\u2007]+/, "")) : text;
  };
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (typeof x === "number" && typeof y === "number") {
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return sign * (x - y);
    }
    return sign * (x < y ? -1 : x > y ? 1 : 0);
  });
}

function spans(columns: readonly TableColumn[]): { group: string; span: number }[] {
  const found: { group: string; span: number }[] = [];
  for (const { group } of columns) {
    const last = found.at(-1);
    if (last && last.group === group && group !== "") last.span++;
    else found.push({ group, span: 1 });
  }
  return found;
}
