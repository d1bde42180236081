/** Everything on the page: the frame, and in it the view that the address names. Views load when they are first shown. */
import { type ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Progress } from "../parts/progress.tsx";
import { actions } from "../state/actions.ts";
import { announce, spoken } from "../state/announce.ts";
import { keeping } from "../state/keeping.ts";
import { useKey } from "../state/keys.ts";
import { hrefOf, route, VIEW_TITLES, type ViewName, VIEWS } from "../state/route.ts";
import { TrainView } from "../views/train/view.tsx";
import { DropTarget } from "./drop.tsx";
import { Guard } from "./guard.tsx";
import { Head, Tabs } from "./head.tsx";
import { Help } from "./help.tsx";
import { Notices } from "./notices.tsx";
import { RunStrip } from "./run_strip.tsx";

const VIEW: Readonly<Record<ViewName, ComponentType>> = {
  train: TrainView,
  network: lazy(async () => (await import("../views/network/view.tsx")).NetworkView),
  density: lazy(async () => (await import("../views/density/view.tsx")).DensityView),
  sweep: lazy(async () => (await import("../views/sweep/view.tsx")).SweepView),
  try: lazy(async () => (await import("../views/try/view.tsx")).TryView),
  speed: lazy(async () => (await import("../views/speed/view.tsx")).SpeedView),
  theory: lazy(async () => (await import("../views/theory/view.tsx")).TheoryView),
  results: lazy(async () => (await import("../views/results/view.tsx")).ResultsView),
};

const KeepingDialog = lazy(async () => (await import("./keeping.tsx")).KeepingDialog);

/** The whole page. */
export function App() {
  const { view } = route.value;
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const View = VIEW[view], title = VIEW_TITLES[view];

  useEffect(() => {
    document.title = view === "train"
      ? "startsparse: train random sparse networks in your browser"
      : `${title} · startsparse`;
  }, [view]);
  useKey("r", readStatus);
  const openHelp = useCallback(() => setHelp(true), []);
  return (
    <div class="page">
      <header class="shell-head">
        <a
          class="skip button primary"
          href={hrefOf(view)}
          onClick={(event) => {
            // The address is the page's state, so that it cannot name a place in the page too.
            event.preventDefault();
            main.current?.focus();
          }}
        >
          Skip to the view
        </a>
        <Head onHelp={openHelp} />
      </header>
      <Tabs />
      <RunStrip />
      <Notices />
      <main ref={main} class="shell-main" tabIndex={-1}>
        <Guard name={view} title={title}>
          <Suspense fallback={<Progress late label={`Opening ${title}`} done={0} text={`Opening ${title}`} />}>
            <View />
          </Suspense>
        </Guard>
      </main>
      {VIEWS.map((name, index) => <ViewKey key={name} name={name} number={`${index + 1}` as "1"} />)}
      <DropTarget />
      {keeping.value && (
        <Suspense fallback={null}>
          <KeepingDialog {...keeping.value} />
        </Suspense>
      )}
      {help && <Help onClose={() => setHelp(false)} />}
      <div class="hidden-text" role="status" aria-live="polite">{spoken.value}</div>
    </div>
  );
}

function readStatus(): void {
  announce(actions.peek().status?.() ?? "Nothing is being trained.");
}

function ViewKey({ name, number }: { readonly name: ViewName; readonly number: "1" }) {
  useKey(number, useCallback(() => void (location.hash = hrefOf(name)), [name]));
  return null;
}
