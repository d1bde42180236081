/** A figure with all that can be had of it: its numbers as a table, SVG, PNG, CSV, and what it shows in words. */
import "./figures.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FigureInfo, FigureNumbers } from "../../src/worker/figures_types.ts";
import { download } from "../parts/download.ts";
import { NumberTable, svgToPng } from "../parts/figure.tsx";
import { useWidth } from "../parts/use_width.ts";
import { announce } from "../state/announce.ts";
import { adoptDarkFigures } from "./dark.ts";
import { parseSvg } from "./svg.ts";

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

/** Pixels beyond which a figure takes a whole row. */
const WIDE = 860;
/** Pixels of a card from which on words stand beside the drawing: those of a container query in figures.css. */
const BESIDE = 1040;

function widthOf(svg = ""): number {
  return Number(/^<svg[^>]*? width="([\d.]+)"/.exec(svg)?.[1] ?? 0);
}

/** One figure. It keeps the old drawing until the new one is there. */
export function FigureCard({ figure, source, version, prefix }: FigureCardProps) {
  const { key, name, title, summary } = figure;
  const [svg, setSvg] = useState<string>();
  const [numbers, setNumbers] = useState<FigureNumbers>();
  const [problem, setProblem] = useState<string>();
  const [tabled, setTabled] = useState(false);
  const [card, width] = useWidth<HTMLElement>();
  const isWide = widthOf(svg) > WIDE, beside = svg !== undefined && !isWide && width >= BESIDE;
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

  const save = async (ending: string, make: () => Promise<Blob>) => {
    const file = `${prefix}-${name}.${ending}`;
    try {
      download(file, await make());
      announce(`Saved ${file}.`);
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const svgFile = async () => await source.draw(key, "file");
  const text = (content: string, type: string) => new Blob([content], { type });
  return (
    <figure ref={card} class={`figure-card panel${isWide ? " wide" : ""}`} aria-label={title}>
      {svg === undefined ? <div class="figure-wait" /> : <Drawing svg={svg} label={summary} />}
      <figcaption class="figure-foot">
        <div class="figure-actions" role="group" aria-label={`Chart: ${title}`}>
          <button type="button" class="button small" aria-expanded={tabled} onClick={() => setTabled(!tabled)}>
            Table
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => save("svg", async () => text(await svgFile(), "image/svg+xml"))}
          >
            SVG
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => save("png", async () => await svgToPng(await svgFile()))}
          >
            PNG 2×
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => save("csv", async () => text((await source.numbers(key)).csv, "text/csv"))}
          >
            CSV
          </button>
        </div>
        {problem && <p class="field-problem" role="alert">{problem}</p>}
        <details open={beside || undefined}>
          <summary>In words</summary>
          <p class="secondary">{summary}</p>
        </details>
        {tabled && numbers && <NumberTable table={asTable(numbers)} label={title} />}
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

function asTable({ rows: { columns, rows } }: FigureNumbers) {
  return {
    head: columns.map(({ name }) => name),
    rows: rows.map((row) =>
      row.map((value) => typeof value === "number" ? value : value === null ? "–" : String(value))
    ),
  };
}
