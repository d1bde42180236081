/** What is set for the next run, by the controls or by a link. */
import { computed, signal } from "@preact/signals";
import { ruleLabel } from "../../src/experiment/rule_style.ts";
import type { LaneSubject } from "./lanes.ts";
import { denseTwin, settingOf, type Settings, titleOf, withSettings } from "./settings.ts";
import { MOST_LANES } from "./shown.ts";

/**
 * Settings of the sparse lane, as the controls have them. The opening is ERK: at density 0.1 uniform lost 3.0 points to
 * the dense network on the default network (width 16, ten epochs, three seeds), ERK 2.1.
 */
export const draft = signal<Settings>({ "mask.rule": "erk" });
/** Whether a dense network of the same settings trains beside it. */
export const twin = signal(true);
/** Further runs of a link, which train with the two. */
export const extra = signal<readonly Settings[]>([]);
/** Whether a link has said what is set: then it has said the size too, also where it leaves out what is as the defaults. */
export const linked = signal(false);
/** What is wrong with the settings, or with the last thing that was asked for. */
export const problem = signal<string | undefined>(undefined);

/** What a press trains: the dense network, the one that the controls describe, and those of a link. */
export const wanted = computed<readonly Settings[]>(() => {
  const sparse = draft.value, asDense = twin.value && settingOf(sparse, "mask.rule") !== "dense";
  return [...(asDense ? [denseTwin(sparse)] : []), sparse, ...extra.value].slice(0, MOST_LANES);
});

/** Sets controls. */
export function setDraft(changes: Settings): void {
  draft.value = withSettings(draft.peek(), changes);
}

/** What people read of a run. */
export function titleFor(settings: Settings): string {
  return titleOf(settings, (rule) => ruleLabel(rule as LaneSubject["rule"]));
}
