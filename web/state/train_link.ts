/** The Train view's part of the address: what is set, the runs in the view, and the axis. */
import { effect, signal } from "@preact/signals";
import { cpu, cpuIsThere } from "../connect.ts";
import type { CurveAxis } from "./curves.ts";
import { notify } from "./notices.ts";
import { draft, extra, linked, twin } from "./draft.ts";
import { commitQuery, route } from "./route.ts";
import { nestSettings, settingOf, type Settings } from "./settings.ts";

/** What the charts have to the right. */
export const axis = signal<CurveAxis>("gpu");

const AXES: readonly CurveAxis[] = ["gpu", "images", "epochs"];

/** Follows links to the view, and keeps its address at what is set. */
export function followLinks(): void {
  let read: string | undefined;
  effect(() => {
    const { view, query } = route.value;
    if (view !== "train" || query === "" || query === read) return;
    read = query;
    linked.value = true;
    void follow(query);
  });
  effect(() => {
    // an address without a query is the page as it opens
    if (!cpuIsThere.value) return;
    const runs = [draft.value, ...extra.value], vs = twin.value ? "dense" : undefined;
    const x = axis.value === "gpu" ? undefined : axis.value;
    void write(runs, vs, x, (query) => (read = query));
  });
}

async function follow(query: string): Promise<void> {
  const { runs: [first, ...others], vs, x, messages } = await cpu().readLink(`#/train?${query}`);
  const known = AXES.find((name) => name === x);
  if (known) axis.value = known;
  // a link to another view's tab and back names no run
  draft.value = first;
  extra.value = others;
  twin.value = vs === "dense" && settingOf(first, "mask.rule") !== "dense";
  messages.forEach((heading, i) => notify({ id: `link-${i}`, heading, tone: "warn" }));
}

let writing = 0;

async function write(
  runs: readonly Settings[],
  vs: string | undefined,
  x: string | undefined,
  done: (query: string) => void,
) {
  const mine = ++writing;
  try {
    const query = await cpu().writeLink("train", { configs: runs.map(nestSettings), vs, x });
    if (mine !== writing) return;
    done(query);
    commitQuery("train", query);
  } catch {
    // settings that are none yet, while they are being changed, have no link
  }
}
