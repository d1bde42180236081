/** What the view Density knows: the choice, what the rules say of it, and the masks that follow when it rests. */
import { batch, computed, signal } from "@preact/signals";
import type { DensityCurves, DensityOverview } from "../../../src/experiment/density_overview.ts";
import { UserError } from "../../../src/errors.ts";
import type { RuleName } from "../../../src/masks/rules/registry.ts";
import type { DrawnDensity } from "../../../src/worker/cpu.ts";
import type { Choices } from "../../../src/worker/source.ts";
import { cpu, slowCpu } from "../../connect.ts";
import { latest } from "../../state/latest.ts";
import { commitQuery } from "../../state/route.ts";
import { type Choice, FIRST, PLACES, queryOf, readChoice, ruleAt } from "./choice.ts";

/** A mistake in words. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

/** Masks follow when a choice has rested so long. */
const REST_MS = 250;
/** What is not looked at while a slider moves waits so long. */
const SETTLE_MS = 80;
/** Drawn masks that are remembered; each is a report of some kilobytes. */
const MOST_DRAWN = 64;

export const choice = signal<Choice>(FIRST);
/** Changes with all but the density: for what need not follow the slider. */
export const withoutDensity = computed(() => JSON.stringify({ ...choice.value, density: undefined }));
/** What of the address was not used. */
export const ignored = signal<readonly string[]>([]);
/** What can be chosen, once it is known. */
export const choices = signal<Pick<Choices, "models" | "data">>({ models: [], data: [] });
/** What the rules say, and of which choice. */
export interface Shown {
  readonly choice: Choice;
  readonly overview: DensityOverview;
}

/** As the slider moves: numbers and bars. */
export const shown = signal<Shown | undefined>(undefined);
/** A little later: what is not looked at while something moves, notes, table and chart. */
export const settled = signal<Shown | undefined>(undefined);
export const curves = signal<DensityCurves | undefined>(undefined);
export const problem = signal<Problem | undefined>(undefined);
/** Drawn masks by {@link drawKey}. */
export const drawn = signal<ReadonlyMap<string, DrawnDensity>>(new Map());
/** The rule that is being drawn. */
export const drawing = signal<RuleName | undefined>(undefined);

/** Names a drawn mask. */
export function drawKey({ model, width, data, density, block, draw, flow, seed }: Choice, rule: RuleName): string {
  return JSON.stringify([model, width, data, density, block, draw, flow, seed, rule]);
}

function networkOf({ model, width, data }: Choice) {
  return { model, width, dataset: data };
}

function fail(error: unknown): void {
  const { message, hint } = error instanceof UserError ? error : { message: String(error), hint: undefined };
  batch(() => {
    problem.value = { message, hint };
    shown.value = settled.value = curves.value = undefined;
  });
}

const askOverview = latest(
  (asked: Choice) => cpu().densities({ ...networkOf(asked), density: asked.density }),
  (answer, asked) => {
    batch(() => {
      problem.value = undefined;
      shown.value = { choice: asked, overview: answer };
    });
    clearTimeout(settling);
    if (!settled.peek()) settled.value = shown.peek();
    else settling = setTimeout(() => (settled.value = shown.peek()), SETTLE_MS);
  },
  fail,
);

const askCurves = latest(
  (asked: Choice) => cpu().densityCurves(networkOf(asked)),
  (answer) => void (curves.value = answer),
  () => {}, // the overview has said what is wrong
);

const drawAll = latest(
  async (asked: Choice) => {
    const first = [asked.place, ...PLACES.filter((place) => place !== asked.place)];
    for (const place of first) {
      const rule = ruleAt(asked, place), key = drawKey(asked, rule);
      if (drawn.peek().has(key)) continue;
      // A newer choice waits: its masks are wanted, not these.
      if (choice.peek() !== asked) return;
      drawing.value = rule;
      const { density, block, draw, flow, seed } = asked;
      const answer = await slowCpu().drawDensity({
        ...networkOf(asked),
        rule,
        density,
        draw,
        flow,
        block: [...block],
        seed,
      });
      const kept = [...drawn.peek(), [key, answer] as const].slice(-MOST_DRAWN);
      drawn.value = new Map(kept);
    }
  },
  () => void (drawing.value = undefined),
  () => void (drawing.value = undefined),
);

let settling: ReturnType<typeof setTimeout> | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;
let curvesOf = "";

/** Shows another choice; a passing one, while a slider moves, is neither drawn nor put into the address. */
export function choose(change: Partial<Choice>, passing = false): void {
  const next = { ...choice.peek(), ...change };
  choice.value = next;
  askOverview(next);
  const network = JSON.stringify(networkOf(next));
  if (network !== curvesOf) {
    curvesOf = network;
    askCurves(next);
  }
  clearTimeout(resting);
  if (passing) return;
  commitQuery("density", queryOf(next));
  resting = setTimeout(() => drawAll(next), REST_MS);
}

/** Shows what an address says. */
export function followQuery(query: string): void {
  if (shown.peek() && query === queryOf(choice.peek())) return;
  const read = readChoice(query);
  ignored.value = read.ignored;
  choose(read.choice);
}

/** Reads what can be chosen; again whenever the view is shown, since data sets come in. */
export async function readLists(): Promise<void> {
  choices.value = await cpu().choices();
}
