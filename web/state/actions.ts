/** What the frame's buttons and keys do: whoever can do it says so here, and the frame offers what is there. */
import { signal } from "@preact/signals";

/** Offers of the views and of what drives the runs. */
export interface PageActions {
  /** Pauses a lane, or lets it go on. */
  readonly pause?: (lane: string) => void;
  readonly play?: (lane: string) => void;
  /** The command that repeats what is shown; undefined where nothing is. */
  readonly command?: () => Promise<string | undefined>;
  /** The status in one sentence: "Dense 86 per cent, sparse 85, 40 seconds left". */
  readonly status?: () => string;
  /** Begins the first steps again. */
  readonly showFirstSteps?: () => void;
  /** Part of the weights that either mask keeps which both keep. */
  readonly overlap?: (a: string, b: string) => Promise<number | undefined>;
}

/** Everything that is offered now. */
export const actions = signal<PageActions>({});

/** Offers something; the answer withdraws it, unless another has taken its place. */
export function offer(some: PageActions): () => void {
  actions.value = { ...actions.peek(), ...some };
  return () => {
    const rest = Object.entries(actions.peek()).filter(([name, act]) => some[name as keyof PageActions] !== act);
    actions.value = Object.fromEntries(rest);
  };
}
