/** Whether lines of a chart are told apart without their hues: by dash, or by the marks on them. */
import type { Page } from "@playwright/test";

/** A line's colour, dash, and the outlines of the marks in its colour. */
export interface Look {
  readonly colour: string;
  readonly dash: string;
  readonly marks: readonly string[];
}

/** A chart's lines. */
export interface ChartLooks {
  readonly title: string;
  readonly looks: readonly Look[];
}

/** Pairs of lines of one chart that differ in nothing but their hue, a line of words each. */
export function sameLooks(charts: readonly ChartLooks[]): string[] {
  return charts.flatMap(({ title, looks }) => pairs(looks).map((pair) => `${title}: ${pair}`));
}

/** The lines of every chart of the page that is an SVG, and of given SVG texts. */
export async function looksOf(page: Page, texts: readonly string[] = []): Promise<ChartLooks[]> {
  return await page.evaluate((texts) => {
    const drawn = [...document.querySelectorAll<SVGSVGElement>("main .figure svg, main .figure-card svg")];
    const parsed = texts.map((text) => new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
    /** What is inherited counts too. */
    const has = (path: Element, name: string) => path.closest(`[${name}]`)?.getAttribute(name) ?? "none";
    const isHued = (colour: string) => {
      const [, r, g, b] = /^#(..)(..)(..)$/.exec(colour) ?? [];
      const parts = [r, g, b].map((part) => Number.parseInt(part, 16));
      return Math.max(...parts) - Math.min(...parts) > 24;
    };
    return [...drawn, ...parsed].map((svg) => {
      const lines = new Map<string, Set<string>>(), marks = new Map<string, Set<string>>();
      const note = (map: Map<string, Set<string>>, colour: string, value: string) =>
        map.set(colour, (map.get(colour) ?? new Set()).add(value));
      for (const mark of svg.querySelectorAll("path, text")) {
        const fill = has(mark, "fill").toLowerCase(), stroke = has(mark, "stroke").toLowerCase();
        if (mark.localName === "text") {
          if (isHued(fill) && [...mark.textContent!].length === 1) note(marks, fill, mark.textContent!);
        } else if (fill === "none" || fill === "transparent") {
          // faint lines of single runs are the ground of their mean
          if (Number(has(mark, "opacity")) < 1) continue;
          const points = mark.getAttribute("d")!.match(/[ML]/g)?.length ?? 0;
          if (isHued(stroke) && points > 2) {
            note(lines, stroke, has(mark, "stroke-dasharray").replaceAll(/[ ,]+/g, " "));
          }
        } else if (isHued(fill)) note(marks, fill, mark.getAttribute("d")!);
      }
      const looks = [...lines].flatMap(([colour, dashes]) =>
        [...dashes].map((dash) => ({ colour, dash, marks: [...marks.get(colour) ?? []] }))
      );
      return { title: svg.getAttribute("aria-label") ?? "", looks };
    });
  }, texts);
}

/** Pairs of {@link Look}s that nothing but their colour tells apart. */
function pairs(looks: readonly Look[]): string[] {
  const apart = (a: Look, b: Look) =>
    a.dash !== b.dash || (a.marks.length > 0 && b.marks.length > 0 && !a.marks.some((mark) => b.marks.includes(mark)));
  return looks.flatMap((a, i) =>
    looks.slice(i + 1)
      .filter((b) => a.colour !== b.colour && !apart(a, b))
      .map((b) => `${a.colour} and ${b.colour}, both dashed ${a.dash}`)
  );
}
