/** The network as it trains, beside the lanes where the view is wide: the panel of the view Network. */
import { lazy, Suspense } from "preact/compat";
import { signal } from "@preact/signals";
import type { Lane } from "../../state/lanes.ts";
import { runOf } from "../network/network_run.ts";

const NetworkPanel = lazy(async () => (await import("../network/view.tsx")).NetworkPanel);

/** Drawing costs a software adapter the time that training needs: there it is asked for. */
const wanted = signal(false);

interface NetworkSlotProps {
  readonly lanes: readonly Lane[];
  readonly software: boolean;
}

/** Asks for the third column where it is not there by itself. */
export function NetworkQuestion({ lanes, software }: NetworkSlotProps) {
  if (lanes.length === 0 || !software || wanted.value) return null;
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => (wanted.value = true)}>Show the network beside it</button>
    </div>
  );
}

/** The third column. */
export function NetworkSlot({ lanes, software }: NetworkSlotProps) {
  const runs = lanes.map(runOf);
  if (runs.length === 0 || (software && !wanted.value)) return null;
  return (
    <section class="train-network panel" aria-label="Network">
      <Suspense fallback={null}>
        <NetworkPanel runs={runs} />
      </Suspense>
    </section>
  );
}
