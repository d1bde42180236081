/** The frame of the page: wordmark, tabs, and the view that the address names. Views load when they are first shown. */
import { type ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { hrefOf, route, VIEW_TITLES, type ViewName, VIEWS } from "../state/route.ts";
import { theme, toggleTheme } from "../state/theme.ts";
import { TrainView } from "../views/train/view.tsx";

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

/** Everything on the page. */
export function App() {
  const { view } = route.value;
  const View = VIEW[view];
  return (
    <>
      <header class="shell-head">
        <a class="wordmark" href={hrefOf("train")}>startsparse</a>
        <nav class="tabs" aria-label="Views">
          {VIEWS.map((name) => (
            <a key={name} href={hrefOf(name)} aria-current={name === view ? "page" : undefined}>
              {VIEW_TITLES[name]}
            </a>
          ))}
        </nav>
        <button type="button" class="button quiet" onClick={toggleTheme}>
          {theme.value === "light" ? "Dark" : "Light"}
        </button>
      </header>
      <main class="shell-main">
        <Suspense fallback={null}>
          <View />
        </Suspense>
      </main>
    </>
  );
}
