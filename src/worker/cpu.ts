/** What the page has computed on the processor, away from the thread that it is drawn in. */
import { loadFigures } from "./load_figures.ts";

/** What the worker exposes. */
export class Cpu {
  /** Results and their figures. */
  readonly figures = loadFigures;
}
