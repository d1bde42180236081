/** The figures of the CPU worker, loaded when a view first wants them. */
import type { Remote } from "comlink";
import type { Figures } from "../../src/worker/figures.ts";
import { cpu } from "../connect.ts";

let loading: Promise<Remote<Figures>> | undefined;

/** Results and charts; see src/worker/figures.ts. */
export function figures(): Promise<Remote<Figures>> {
  return loading ??= cpu().figures() as Promise<Remote<Figures>>;
}
