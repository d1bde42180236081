/** Which view is shown: the first part of the address's hash. */
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

/** Where the page is. */
export const route = signal<Route>(readRoute());

function readRoute(): Route {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const view = VIEWS.find((name) => name === path) ?? "train";
  return { view, query };
}

addEventListener("hashchange", () => (route.value = readRoute()));

/** The address of a view. */
export function hrefOf(view: ViewName, query = ""): string {
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}
