/** The runs of the page: what the engine's worker says of each, folded into signals that views read. */
import { type Signal, signal } from "@preact/signals";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import {
  CURVE_COLUMNS,
  type LabEvent,
  type LaneError,
  type LanePhase,
  type LayerTime,
} from "../../src/worker/lab_types.ts";

type EventOf<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>;
type LabEventOf<Kind extends LabEvent["kind"]> = Extract<LabEvent, { kind: Kind }>;

/** What a lane is about: fixed for its life. */
export interface LaneSubject {
  /** Names its folder too. */
  readonly id: string;
  /** What people read: "dense", "0.1 uniform". */
  readonly title: string;
  /** Settings that differ from the defaults, as override keys of a configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The resolved configuration. */
  readonly config: unknown;
  readonly rule: RunResult["rule"];
}

/** One curve: a column of numbers for each of {@link CURVE_COLUMNS}. */
export type Curve = Readonly<Record<typeof CURVE_COLUMNS[number], readonly number[]>>;

/** A run with all that is known of it. */
export interface Lane extends LaneSubject {
  readonly phase: Signal<LanePhase>;
  readonly error: Signal<LaneError | undefined>;
  readonly preparing: Signal<LabEventOf<"preparing"> | undefined>;
  readonly start: Signal<EventOf<"start"> | undefined>;
  readonly epochs: Signal<readonly EventOf<"epoch">[]>;
  readonly mask: Signal<EventOf<"mask">["line"] | undefined>;
  readonly curve: Signal<Curve>;
  readonly time: Signal<LabEventOf<"time"> | undefined>;
  readonly layers: Signal<readonly LayerTime[]>;
  readonly savedStep: Signal<number | undefined>;
  readonly result: Signal<RunResult | undefined>;
}

/** All runs of the page, in the order in which they were made. */
export const lanes = signal<readonly Lane[]>([]);

const NO_CURVE: Curve = { step: [], images: [], gpuSeconds: [], loss: [], accuracy: [] };

/** A lane that nothing is known of yet. */
export function newLane(subject: LaneSubject): Lane {
  return {
    ...subject,
    phase: signal<LanePhase>("preparing"),
    error: signal(undefined),
    preparing: signal(undefined),
    start: signal(undefined),
    epochs: signal([]),
    mask: signal(undefined),
    curve: signal(NO_CURVE),
    time: signal(undefined),
    layers: signal([]),
    savedStep: signal(undefined),
    result: signal(undefined),
  };
}
