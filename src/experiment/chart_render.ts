/** From a Vega-Lite specification to an SVG, without a browser and without generating code. */

import type { LoggerInterface } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { CHART_CONFIG } from "./chart_theme.ts";
import { parse, textMetrics, View } from "./vega_runtime.ts";

/** Vega's level of loggers that tell warnings and errors. */
const WARN = 2;

/** Ground of charts that are files: a viewer with a dark one would swallow the ink. */
export const FILE_GROUND = "#FFFFFF";

/** How to draw. */
export interface RenderOptions {
  /** Colour of the ground; transparent when left out. */
  background?: string;
  /** Told what Vega-Lite or Vega finds odd. */
  warn?: (message: string) => void;
}

/** Draws a specification as the text of an SVG. Text is measured by rule of thumb, so that every host draws the same. */
export async function renderSvg(spec: TopLevelSpec, options: RenderOptions = {}): Promise<string> {
  const logger = createLogger(options.warn ?? (() => {}));
  // without a canvas even where there is one
  textMetrics.canvas(false);
  const background = options.background ?? "transparent";
  const compiled = compile(spec, { config: { ...CHART_CONFIG, background } as never, logger });
  const runtime = parse(compiled.spec, undefined, { ast: true });
  const view = new View(runtime, { renderer: "none", expr: expressionInterpreter, logger });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function createLogger(warn: (message: string) => void): LoggerInterface {
  const report = (...parts: readonly unknown[]) => {
    warn(parts.map(String).join(" "));
    return logger;
  };
  const ignore = () => logger;
  const logger = {
    level: ((value?: number) => value === undefined ? WARN : logger) as LoggerInterface["level"],
    error: report,
    warn: report,
    info: ignore,
    debug: ignore,
  } as LoggerInterface;
  return logger;
}
