/** Small signs in the head: the GPU, and whether there is a network. */
import { signal } from "@preact/signals";
import { Popover } from "../parts/dialog.tsx";
import type { IconName } from "../parts/icons.tsx";
import { adapter, type AdapterState } from "../state/adapter.ts";

const offline = signal(!navigator.onLine);
addEventListener("online", () => (offline.value = false));
addEventListener("offline", () => (offline.value = true));

/** Said while there is no network: nothing here needs one. */
export function OfflineChip() {
  if (!offline.value) return null;
  return <span class="chip">Offline: everything here still works.</span>;
}

interface ChipWords {
  /** In the head. */
  readonly chip: string;
  readonly icon: IconName;
  /** In the panel under it. */
  readonly more: string;
}

function wordsOf(state: AdapterState): ChipWords {
  switch (state.kind) {
    case "unasked":
      return {
        chip: "GPU not used yet",
        icon: "cube",
        more: "The browser is asked for one when something is trained, measured or drawn.",
      };
    case "looking":
      return { chip: "Looking for a GPU", icon: "cube", more: "The browser is being asked for a GPU." };
    case "preparing":
      return {
        chip: `${state.name} preparing`,
        icon: "cube",
        more: "Kernels are compiled and images read before anything is trained.",
      };
    case "ready":
      return { chip: `${state.name} ready`, icon: "cube", more: "Everything is trained on this GPU, in this browser." };
    case "software":
      return {
        chip: `${state.name} (software)`,
        icon: "warn",
        more: "This adapter is a program on the CPU: training is real but slow. Speed results say nothing about GPUs.",
      };
    case "lost":
      return { chip: `${state.name} was reset`, icon: "lost", more: "Runs go on from what was saved." };
    case "none":
      return {
        chip: "No WebGPU",
        icon: "warn",
        more: state.why ??
          "Density, Theory and Results work fully. To train: Chrome or Edge 113+, Safari 26+, or Firefox 141+ on Windows.",
      };
  }
}

/** The GPU's name and state. */
export function AdapterChip() {
  const { chip, icon, more } = wordsOf(adapter.value), { kind } = adapter.value;
  return (
    <span class={`chip-anchor ${kind}`}>
      <Popover label={chip} short={kind === "none" ? undefined : "GPU"} icon={icon} class="button chip">
        <p>{chip}</p>
        <p class="secondary">{more}</p>
        <p class="secondary">Nothing is sent anywhere.</p>
      </Popover>
    </span>
  );
}
