/** What the Network view has to know of a run. */
import type { Config } from "../../../src/experiment/config.ts";
import type { RuleId } from "../../../src/experiment/rule_style.ts";
import type { Lane } from "../../state/lanes.ts";

/** A run whose network can be looked at. */
export interface NetworkRun {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
  /** Its data set by name, where that is known. */
  readonly data?: string;
}

/** A lane as the view knows it. */
export function runOf({ id, title, rule, config }: Lane): NetworkRun {
  return { id, title, rule, data: (config as Config).data.name };
}
