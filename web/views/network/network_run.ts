/** What the Network view has to know of a run. */
import type { RuleId } from "../../../src/experiment/rule_style.ts";

/** A run whose network can be looked at. */
export interface NetworkRun {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
}
