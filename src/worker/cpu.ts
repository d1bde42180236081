/** What the page has computed on the processor, away from the thread that it is drawn in. */

/** What the worker exposes. */
export class Cpu {
}
