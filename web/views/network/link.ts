/** The Network view's part of the address: how it is drawn, which run, which layer, which kernel. */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { commitQuery, route } from "../../state/route.ts";
import { type Place, queryOf, readPlace } from "./place.ts";
import * as stage from "./stage.ts";

/** What of the address was not used. */
export const ignored = signal<readonly string[]>([]);

/** Where the view stands. What a link asks for, and no network has answered yet, still stands in the address. */
const place = computed<Place>(() => {
  const { layer, kernel } = stage.wanted.value ?? stage.looked.value;
  const mode = stage.chosenMode.value;
  return {
    mode: mode === stage.fittingMode.value ? undefined : mode,
    colour: stage.colour.value,
    edges: stage.edges.value,
    activations: stage.activations.value,
    run: stage.run.value,
    layer,
    kernel,
  };
});

let follows = false;

/** Follows links to the view, and keeps its address at what is shown; once. */
export function followNetworkLinks(): void {
  if (follows) return;
  follows = true;
  effect(() => {
    const { view, query } = route.value;
    if (view === "network") untracked(() => follow(query));
  });
  effect(() => commitQuery("network", queryOf(place.value)));
}

function follow(query: string): void {
  // an address without a query is the view as it was left
  if (query === "" || query === queryOf(place.peek())) return;
  const { place: { mode, colour, edges, activations, run, layer, kernel }, ignored: sentences } = readPlace(query);
  batch(() => {
    ignored.value = sentences;
    stage.colour.value = colour;
    stage.edges.value = edges;
    stage.activations.value = activations;
    stage.run.value = run;
  });
  stage.chooseMode(mode);
  stage.want({ layer, kernel });
}
