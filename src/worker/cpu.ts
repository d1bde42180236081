/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { Config } from "../experiment/config.ts";
import { differingKeys, flatConfig } from "../experiment/results_keys.ts";

/** A setting that two runs differ in; null where one of them does not have it. */
export interface Difference {
  readonly key: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** What the worker exposes. */
export class Cpu {
  /** The settings that two configurations differ in. */
  differences(a: Config, b: Config): Difference[] {
    const [flatA, flatB] = [flatConfig(a), flatConfig(b)];
    return differingKeys([a, b]).map((key) => ({ key, a: flatA.get(key) ?? null, b: flatB.get(key) ?? null }));
  }
}
