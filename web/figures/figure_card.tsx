/** A figure with all that can be had of it: its numbers as a table, SVG, PNG, CSV, and what it shows in words. */
import "./figures.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FigureInfo, FigureNumbers } from "../../src/worker/figures_types.ts";
import { Icon } from "../parts/icons.tsx";
import { adoptDarkFigures } from "./dark.ts";
import { saveFile } from "./save.ts";
import { parseSvg, svgToPng } from "./svg.ts";

/** Where a figure comes from. */
export interface FigureSource {
  /** For the page, or with a ground of its own for a file. */
  draw(key: string, as: "page" | "file"): Promise<string>;
  numbers(key: string): Promise<FigureNumbers>;
}

interface FigureCardProps {
  readonly figure: FigureInfo;
  readonly source: FigureSource;
  /** Changes whenever the figure does. */
  readonly version: string;
  /** Begins the names of files. */
  readonly prefix: string;
}

/** One figure. It keeps the old drawing until the new one is there. */
export function FigureCard({ figure, source, version, prefix }: FigureCardProps) {
  const { key, name, title, summary } = figure;
  const [svg, setSvg] = useState<string>();
  const [numbers, setNumbers] = useState<FigureNumbers>();
  const [problem, setProblem] = useState<string>();
  const [tabled, setTabled] = useState(false);
  useEffect(() => {
    let current = true;
    const show = async () => {
      try {
        const drawn = await source.draw(key, "page");
        if (current) [setSvg(drawn), setProblem(undefined)];
        if (tabled) {
          const made = await source.numbers(key);
          if (current) setNumbers(made);
        }
      } catch (error) {
        if (current) setProblem((error as Error).message);
      }
    };
    void show();
    return () => void (current = false);
  }, [key, version, tabled]);

  const file = `${prefix}-${name}`;
  const asFile = async (save: () => Promise<void>) => {
    try {
      await save();
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <figure class="figure-card panel" aria-label={title}>
      {svg === undefined ? <div class="figure-wait" /> : <Drawing svg={svg} label={summary} />}
      <figcaption class="figure-foot">
        <div class="figure-tools" role="group" aria-label={`${title}: numbers and files`}>
          <button type="button" class="button quiet small" aria-pressed={tabled} onClick={() => setTabled(!tabled)}>
            Table
          </button>
          <button
            type="button"
            class="button quiet small"
            onClick={() => asFile(async () => saveFile(`${file}.svg`, await source.draw(key, "file"), "image/svg+xml"))}
          >
            <Icon name="download" /> SVG
          </button>
          <button
            type="button"
            class="button quiet small"
            onClick={() =>
              asFile(async () => saveFile(`${file}@2x.png`, await svgToPng(await source.draw(key, "file"))))}
          >
            PNG 2×
          </button>
          <button
            type="button"
            class="button quiet small"
            onClick={() => asFile(async () => saveFile(`${file}.csv`, (await source.numbers(key)).csv, "text/csv"))}
          >
            CSV
          </button>
        </div>
        {problem && <p class="field-problem" role="alert">{problem}</p>}
        <details>
          <summary>In words</summary>
          <p class="secondary">{summary}</p>
        </details>
        {tabled && numbers && <NumbersTable title={title} numbers={numbers} />}
      </figcaption>
    </figure>
  );
}

/** A drawing from its text. */
export function Drawing({ svg, label }: { readonly svg: string; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    adoptDarkFigures();
    const drawing = parseSvg(svg, label);
    place.current!.replaceChildren(...drawing ? [drawing] : []);
    const width = drawing?.getAttribute("width");
    if (drawing && width) drawing.style.maxWidth = `${width}px`;
    drawing?.removeAttribute("width");
    drawing?.removeAttribute("height");
  }, [svg, label]);
  return <div ref={place} class="figure-drawing" tabIndex={0} role="group" aria-label="Figure" />;
}

function NumbersTable({ title, numbers: { rows: { columns, rows } } }: {
  readonly title: string;
  readonly numbers: FigureNumbers;
}) {
  const text = (value: string | number | boolean | null) =>
    typeof value === "number" ? String(Number(value.toPrecision(6))) : value === null ? "–" : String(value);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Numbers of the figure ${title}`}>
      <table class="data-table">
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" class={type === "text" ? undefined : "number"}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((value, j) => (
                <td key={j} class={columns[j].type === "text" ? undefined : "number"}>{text(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
