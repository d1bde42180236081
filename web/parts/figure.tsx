/** The frame of a chart: title, subtitle, and its ways out: table, SVG, PNG, CSV. */
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { DARK, LIGHT } from "../../src/experiment/chart_theme.ts";
import { encodeCsv } from "../../src/formats/csv_encode.ts";
import { theme } from "../state/theme.ts";
import { announce } from "../state/announce.ts";
import { download } from "./download.ts";
import type { FigureTable } from "./plot_types.ts";
import "../style/figure.css";

interface FigureProps {
  readonly title: string;
  /** Which statistic, n, and what dashes mean. */
  readonly subtitle: ComponentChildren;
  /** Of the files, without an ending. */
  readonly name: string;
  readonly table: FigureTable;
  /** Level of the title. */
  readonly level?: 2 | 3;
  /** A chart with an `svg` in it. */
  readonly children: ComponentChildren;
}

/** A chart with its buttons. */
export function Figure({ title, subtitle, name, table, level = 2, children }: FigureProps) {
  const Heading = `h${level}` as const, id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const svg = () => standalone(box.current!.querySelector("svg")!);
  const save = async (ending: string, blob: Blob | Promise<Blob>) => {
    download(`${name}.${ending}`, await blob);
    announce(`Saved ${name}.${ending}.`);
  };
  const csv = () => encodeCsv([table.head, ...table.rows.map((row) => row.map(String))]);
  return (
    <figure class="figure" aria-labelledby={id}>
      <Heading class="figure-title" id={id}>{title}</Heading>
      <p class="figure-subtitle">{subtitle}</p>
      <div ref={box} class="figure-box">{children}</div>
      <div class="figure-actions" role="group" aria-label={`Chart: ${title}`}>
        <button type="button" class="button small" aria-expanded={open} onClick={() => setOpen(!open)}>Table</button>
        <button
          type="button"
          class="button small"
          onClick={() => save("svg", new Blob([svg()], { type: "image/svg+xml" }))}
        >
          SVG
        </button>
        <button type="button" class="button small" onClick={() => save("png", svgToPng(svg()))}>PNG 2×</button>
        <button type="button" class="button small" onClick={() => save("csv", new Blob([csv()], { type: "text/csv" }))}>
          CSV
        </button>
      </div>
      {open && <NumberTable table={table} label={title} />}
    </figure>
  );
}

/** Numbers as a table; texts stand left. */
export function NumberTable({ table: { head, rows }, label }: { readonly table: FigureTable; readonly label: string }) {
  const text = head.map((_, i) => rows.some((row) => typeof row[i] === "string"));
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={`Table: ${label}`}>
      <table class="table">
        <thead>
          <tr>{head.map((name, i) => <th key={name} scope="col" class={text[i] ? "" : "number"}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((value, i) => (
                <td key={i} class={text[i] ? "" : "number"}>
                  {typeof value === "number" ? Number(value.toPrecision(6)) : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The chart as a file of its own, on the ground that it is drawn for. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const { surface } = theme.value === "light" ? LIGHT : DARK;
  for (const [key, value] of [["width", "100%"], ["height", "100%"], ["fill", surface]]) {
    ground.setAttribute(key, value);
  }
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** An SVG as a picture with twice as many pixels. */
export async function svgToPng(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("The browser made no PNG of the chart.")))
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
