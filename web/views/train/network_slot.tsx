/** The network as it trains, beside the lanes where the view is wide: the panel of the view Network. */
import { lazy, Suspense } from "preact/compat";
import { signal } from "@preact/signals";
import type { Lane } from "../../state/lanes.ts";

const NetworkPanel = lazy(async () => (await import("../network/view.tsx")).NetworkPanel);

/** Drawing costs a software adapter the time that training needs: there it is asked for. */
const wanted = signal(false);

/** The third column. */
export function NetworkSlot({ lanes, software }: { readonly lanes: readonly Lane[]; readonly software: boolean }) {
  const runs = lanes.map(({ id, title, rule }) => ({ id, title, rule }));
  if (runs.length === 0) return null;
  if (software && !wanted.value) {
    return (
      <div class="train-network asks">
        <button type="button" class="button" onClick={() => (wanted.value = true)}>Show the network beside it</button>
      </div>
    );
  }
  return (
    <section class="train-network panel" aria-label="Network">
      <Suspense fallback={null}>
        <NetworkPanel runs={runs} />
      </Suspense>
    </section>
  );
}
