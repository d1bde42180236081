/** Where the page is: the view that the hash names, and what it says of that view. */
import { signal } from "@preact/signals";

/** The views, in the order of their tabs. */
export const VIEWS = ["train", "network", "density", "sweep", "try", "speed", "theory", "results"] as const;
/** One of {@link VIEWS}. */
export type ViewName = typeof VIEWS[number];

/** What the tabs say. */
export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  train: "Train",
  network: "Network",
  density: "Density",
  sweep: "Sweep",
  try: "Try it",
  speed: "Speed",
  theory: "Theory",
  results: "Results",
};

/** View and query of a hash such as `#/density?model=vgg16`. */
export interface Route {
  readonly view: ViewName;
  /** What follows the question mark, undecoded. */
  readonly query: string;
}

/** Between a committed change and the address that has it; browsers refuse many changes a second. */
const SETTLE_MS = 300;

/** Where the page is. It changes by links and the browser's history; what a view commits does not change it. */
export const route = signal<Route>(readRoute());

/** The query of each view as it was last, so that a tab leads back to where it was. */
const queries = signal<Readonly<Partial<Record<ViewName, string>>>>({ [route.value.view]: route.value.query });
let settling: ReturnType<typeof setTimeout> | undefined;

function readRoute(): Route {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const view = VIEWS.find((name) => name === path) ?? "train";
  return { view, query };
}

addEventListener("hashchange", () => {
  clearTimeout(settling);
  const next = readRoute();
  queries.value = { ...queries.peek(), [next.view]: next.query };
  route.value = next;
});

/** The address of a view; without a query, of the view as it was left. */
export function hrefOf(view: ViewName, query = queries.value[view] ?? ""): string {
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}

/** A view's state as its address is to have it, after a change that the visitor has committed. */
export function commitQuery(view: ViewName, query: string): void {
  if ((queries.peek()[view] ?? "") === query) return;
  queries.value = { ...queries.peek(), [view]: query };
  clearTimeout(settling);
  settling = setTimeout(() => {
    const shown = route.peek().view;
    // The address may have gone to another view already, and its event not have come yet.
    if (readRoute().view !== shown) return;
    history.replaceState(history.state, "", hrefOf(shown));
  }, SETTLE_MS);
}

/** What "Copy link" copies: the page as it is now. */
export function currentAddress(): string {
  return new URL(hrefOf(route.peek().view), location.href).href;
}
