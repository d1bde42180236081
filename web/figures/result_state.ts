/** Results that are open: what was read, how it is grouped, what is shown of it. Each holder is one set of signals. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Interval } from "../../src/experiment/results_groups.ts";
import type { FigureInfo, OpenedResults, ResultsQuery, ResultsTable } from "../../src/worker/figures_types.ts";
import type { FigureSource } from "./figure_card.tsx";
import { figures } from "./worker.ts";

/** Words of something that went wrong, for a message. */
export interface Problem {
  readonly heading: string;
  readonly body: string;
}

/** One set of results and what is made of it. */
export class ResultState {
  readonly opened: Signal<OpenedResults | undefined> = signal(undefined);
  readonly table: Signal<ResultsTable | undefined> = signal(undefined);
  readonly infos: Signal<readonly FigureInfo[]> = signal([]);
  /** What it is busy with, in words; undefined when it is not. */
  readonly busy: Signal<string | undefined> = signal(undefined);
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  readonly #query: Signal<ResultsQuery> = signal({ interval: "t", hidden: [] });
  #turn = 0;

  /** Grouping, interval, and what is hidden. */
  get query(): ReadonlySignal<ResultsQuery> {
    return this.#query;
  }

  /** Opens results, or none, in place of those that are open; those stay where it fails. */
  async open(busy: string, read: (say: (text: string) => void) => Promise<OpenedResults | undefined>): Promise<void> {
    const turn = ++this.#turn, before = this.opened.value;
    this.busy.value = busy;
    this.problem.value = undefined;
    try {
      const opened = await read((text) => {
        if (turn === this.#turn) this.busy.value = text;
      });
      if (turn !== this.#turn) return;
      if (!opened) return await this.close();
      if (before) void (await figures()).close(before.id);
      const { by, interval } = this.#query.value;
      // keys of other results mean nothing here
      const kept = by?.filter((key) => opened.keys.includes(key));
      this.#query.value = { interval, hidden: [], ...kept && kept.length > 0 ? { by: kept } : {} };
      await this.#remake(opened);
    } catch (error) {
      if (turn === this.#turn) this.problem.value = words(error as Error & { hint?: string });
    } finally {
      if (turn === this.#turn) this.busy.value = undefined;
    }
  }

  /** Reads the same again, in a set that keeps grouping and what is hidden. */
  async refresh(read: () => Promise<OpenedResults>): Promise<void> {
    const turn = ++this.#turn, before = this.opened.value;
    try {
      const opened = await read();
      if (turn !== this.#turn) return void (await figures()).close(opened.id);
      await this.#remake(opened);
      if (before) void (await figures()).close(before.id);
    } catch (error) {
      if (turn === this.#turn) this.problem.value = words(error as Error & { hint?: string });
    }
  }

  async #remake(opened: OpenedResults): Promise<void> {
    const worker = await figures(), query = this.#query.value;
    const table = await worker.table(opened.id, query), infos = await worker.figures(opened.id, query);
    this.opened.value = opened;
    this.table.value = table;
    this.infos.value = infos;
  }

  /** Groups by other keys (none: what differs in seeds alone), by another interval, or hides runs. */
  async change(change: { by?: readonly string[]; interval?: Interval; hidden?: readonly string[] }): Promise<void> {
    const opened = this.opened.value;
    if (!opened) return;
    const { by: before, ...others } = this.#query.value, { by = before, ...rest } = change;
    this.#query.value = { ...others, ...rest, ...by && by.length > 0 ? { by } : {} };
    try {
      await this.#remake(opened);
    } catch (error) {
      this.problem.value = words(error as Error);
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    const opened = this.opened.value;
    this.#turn++;
    this.opened.value = undefined;
    this.table.value = undefined;
    this.infos.value = [];
    this.busy.value = undefined;
    this.problem.value = undefined;
    if (opened) await (await figures()).close(opened.id);
  }

  /** Where the figures of the open set come from. */
  readonly source: FigureSource = {
    draw: async (key, as) => await (await figures()).draw(this.opened.value!.id, this.#query.value, key, as),
    numbers: async (key) => await (await figures()).numbers(this.opened.value!.id, this.#query.value, key),
  };
}

function words({ message, hint }: Error & { hint?: string }): Problem {
  const heading = message.split("\n")[0].replace(/\.$/, "");
  return { heading: heading[0].toUpperCase() + heading.slice(1), body: hint ?? "Nothing was changed." };
}
