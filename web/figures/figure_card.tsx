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

/** One figure. It keeps the old drawing until the new one is there. */
export function FigureCard({ figure, source, version, prefix }: FigureCardProps) {
  const { key, name, title, summary } = figure;
  const [svg, setSvg] = useState<string>();
  const [own, setOwn] = useState(0);
  const [numbers, setNumbers] = useState<FigureNumbers>();
  const [problem, setProblem] = useState<string>();
  const [tabled, setTabled] = useState(false);
  const [card, width] = useWidth<HTMLElement>();
  const isWide = own > WIDE, beside = svg !== undefined && !isWide && width >= BESIDE;
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
      {svg === undefined ? <div class="figure-wait" /> : <Drawing svg={svg} label={summary} onWidth={setOwn} />}
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

interface DrawingProps {
  readonly svg: string;
  readonly label: string;
  /** Gets the pixels that it is wide. */
  readonly onWidth?: (width: number) => void;
}

/** A drawing from its text. */
export function Drawing({ svg, label, onWidth }: DrawingProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    adoptDarkFigures();
    const drawing = parseSvg(svg, label);
    place.current!.replaceChildren(...drawing ? [drawing] : []);
    if (!drawing) return;
    const width = cropped(drawing);
    if (width > 0) drawing.style.setProperty("--own", String(width));
    drawing.removeAttribute("width");
    drawing.removeAttribute("height");
    onWidth?.(width);
  }, [svg, label]);
  return <div ref={place} class="figure-drawing" tabIndex={0} role="group" aria-label="Figure" />;
}

/** Pixels right of what is drawn. */
const MARGIN = 10;

/** Takes away what is empty at the right, since texts are taken for wider than they are; the width that is left. */
function cropped(drawing: SVGSVGElement): number {
  const { width, height } = drawing.viewBox.baseVal, box = drawing.getBBox();
  // out of sight it has no boxes
  if (!(width > 0 && box.width > 0)) return Number.parseFloat(drawing.getAttribute("width") ?? "") || 0;
  const used = Math.min(width, Math.ceil(box.x + box.width + MARGIN));
  drawing.setAttribute("viewBox", `0 0 ${used} ${height}`);
  return used;
}

function asTable({ rows: { columns, rows } }: FigureNumbers) {
  return {
    head: columns.map(({ name }) => name),
    rows: rows.map((row) =>
      row.map((value) => typeof value === "number" ? value : value === null ? "–" : String(value))
    ),
  };
}
