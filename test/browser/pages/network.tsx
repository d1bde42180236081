/** The Network view by itself, over lanes of a lab of its own. */
import { render } from "preact";
import "../../../web/style/tokens.css";
import "../../../web/style/base.css";
import "../../../web/style/parts.css";
import "../../../web/style/shell.css";
import type { ConfigInput } from "../../../src/experiment/config.ts";
import type { RuleId } from "../../../src/experiment/rule_style.ts";
import { Camera, project } from "../../../src/view3d/camera.ts";
import { pointOf, texelOf } from "../../../src/view3d/layout.ts";
import type { FrameInfo, Inspection } from "../../../src/worker/network_types.ts";
import { startLab } from "../../../src/worker/start_lab.ts";
import * as comlink from "comlink";
import type { LabEvent } from "../../../src/worker/lab_types.ts";
import { followTheme, setTheme } from "../../../web/state/theme.ts";
import { frames, inspections, useClient } from "../../../web/views/network/client.ts";
import { followNetworkLinks } from "../../../web/views/network/link.ts";
import * as stage from "../../../web/views/network/stage.ts";
import { NetworkPanel } from "../../../web/views/network/view.tsx";

/** A lane to show. */
export interface ShownNetwork {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
  readonly config: ConfigInput;
}

/** What is known of what is shown. */
export interface ShownState {
  readonly frames: Readonly<Record<string, FrameInfo>>;
  readonly inspections: Readonly<Record<string, Inspection>>;
  readonly selected: ReturnType<typeof stage.selected.peek>;
  readonly mode: string;
  readonly colour: string;
  readonly yaw: number;
  readonly layer: number;
  /** Where kernel (0, 0) of each layer is in the first picture, in the page's pixels from its upper left. */
  readonly firstKernels: readonly ([number, number] | undefined)[];
}

let playing: Awaited<ReturnType<typeof startLab>>["lab"] | undefined;

/** Lets lanes train on. */
export async function playNetworks(ids: readonly string[]): Promise<void> {
  for (const id of ids) await playing!.play(id);
}

/** Trains lanes for so many steps and shows them; with a `query`, as the view's address has it. */
export async function showNetworks(
  request: { lanes: ShownNetwork[]; steps: number; theme: "light" | "dark"; query?: string },
): Promise<void> {
  if (request.query !== undefined) {
    const heard = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    location.hash = `#/network?${request.query}`;
    await heard;
    followNetworkLinks();
  }
  const { lab } = await startLab("/datasets/");
  playing = lab;
  const ready = request.lanes.map(({ id }) => waitFor(lab, id));
  setTheme(request.theme);
  followTheme();
  for (const { id, title, config } of request.lanes) await lab.start({ id, config, name: title, paused: true });
  await Promise.all(ready);
  for (const { id } of request.lanes) await lab.step(id, request.steps);
  useClient(async () => await lab.networkView());
  const main = document.createElement("main");
  main.className = "shell-main";
  document.body.append(main);
  render(<NetworkPanel runs={request.lanes} />, main);
}

/** Resolves when a lane is ready; rejects when it fails. */
function waitFor(lab: Awaited<ReturnType<typeof startLab>>["lab"], id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    void lab.listen(comlink.proxy((event: LabEvent) => {
      if (event.kind !== "phase" || event.lane !== id) return;
      if (event.phase === "ready") resolve();
      if (event.phase === "failed") reject(new Error(event.error?.message));
    }));
  });
}

/** What is shown now. */
export function networkState(): ShownState {
  const pose = stage.pose.peek(), layout = stage.layout.peek(), size = stage.viewport.peek(), camera = new Camera();
  if (pose) camera.set(pose, size);
  return {
    frames: frames.peek(),
    inspections: inspections.peek(),
    selected: stage.selected.peek(),
    mode: stage.mode.peek(),
    colour: stage.colour.peek(),
    yaw: pose?.yaw ?? NaN,
    layer: stage.layer.peek(),
    firstKernels: (layout?.planes ?? []).map((place, i) => {
      const [column, row] = texelOf(place, stage.shape.peek()!.planes[i].outputs, 0, 0);
      const point = pointOf(place, (column + 0.5) / place.columns, (row + 0.5) / place.rows);
      return project(camera.viewProjection, size, point);
    }),
  };
}
