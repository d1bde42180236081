/** What is said of a lane that cannot go on by itself, with what can be done. */
import { announce } from "../../state/announce.ts";
import { device } from "../../state/lab.ts";
import { exportAndFree } from "../../state/keeping.ts";
import type { Lane } from "../../state/lanes.ts";
import { playLane } from "../../state/lane_acts.ts";
import { retry } from "../../state/race.ts";
import { settingOf, widthOf, withSettings } from "../../state/settings.ts";
import { type StateAction, StateMessage } from "../../parts/state_message.tsx";
import { failureMessage, type StateActName } from "./words.ts";

/** The message of a failed lane; nothing for others. */
export function LaneState({ lane }: { readonly lane: Lane }) {
  const error = lane.error.value, { settings } = lane;
  if (lane.phase.value !== "failed" || !error) return null;
  const message = failureMessage({
    error,
    learningRate: Number(settingOf(settings, "train.lr")),
    batch: Number(settingOf(settings, "train.batch")),
    width: widthOf(settings),
  });
  const actions = message.actions.map((action): StateAction => ({
    label: action.label,
    primary: action.act !== "details",
    onAct: () => act(lane, action),
  }));
  return (
    <StateMessage small level={3} tone={message.tone} heading={message.heading} body={message.body} actions={actions} />
  );
}

function act(lane: Lane, action: StateActName): void {
  const again = (key: string, value: unknown) => void retry(lane, withSettings(lane.settings, { [key]: value }));
  if (action.act === "retry") again("train.lr", action.learningRate);
  else if (action.act === "batch") again("train.batch", action.value);
  else if (action.act === "width") again("model.width", action.value);
  else if (action.act === "resume") playLane(lane);
  else if (action.act === "details") void copyDetails(lane);
  else if (action.act === "export") void exportAndFree();
}

/** All that somebody needs who is asked what went wrong. */
export function detailsOf(lane: Lane): string {
  const { value } = device, error = lane.error.peek();
  const adapter = value.kind === "ready" ? `${value.adapter.description}, ${value.adapter.vendor}` : value.kind;
  const curve = lane.curve.peek();
  return [
    `run: ${lane.title} (${lane.id})`,
    `state: ${lane.phase.peek()} at step ${curve.step.at(-1) ?? 0}, saved at step ${lane.savedStep.peek() ?? "–"}`,
    `error: ${error?.kind ?? "none"}: ${error?.message ?? ""} ${error?.hint ?? ""}`.trim(),
    `adapter: ${adapter}`,
    `browser: ${navigator.userAgent}`,
    `settings: ${JSON.stringify(lane.settings)}`,
    ...lane.notes.peek().slice(-20).map(({ step, text }) => `step ${step}: ${text}`),
  ].join("\n");
}

async function copyDetails(lane: Lane): Promise<void> {
  await navigator.clipboard.writeText(detailsOf(lane));
  announce("Details copied.");
}
