/** The runs of the page: what the engine's worker says of each, folded into signals that views read. */
import { type Signal, signal } from "@preact/signals";
import type { RunEvent } from "../../src/experiment/run_events.ts";
import type { RunResult } from "../../src/experiment/run_result.ts";
import { ruleStyle } from "../../src/experiment/rule_style.ts";
import type { MaskReport } from "../../src/masks/report.ts";
import type { LabEvent, LaneError, LanePhase, LayerPicture, LayerTime } from "../../src/worker/lab_types.ts";
import { type CurveColumns, noPoints } from "./curves.ts";

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
  /** The command that repeats it, where it has been asked for: a run of an earlier visit has it written down. */
  readonly command?: string;
  /** Played from a recording: it cannot be trained. */
  readonly recorded?: boolean;
}

/** Place in the tokens, mark and dash of a run. */
export interface LaneLook {
  /** `var(--rule-…)` of tokens.css, without `var()`. */
  readonly colour: string;
  /** As a character; see RuleStyle. */
  readonly glyph: string;
  readonly dash: readonly number[];
}

/** Something that happened to a run, in words. */
export interface LaneNote {
  readonly step: number;
  readonly kind: "evaluated" | "saved" | "diverged" | "lost" | "changed" | "masks" | "failed";
  readonly text: string;
}

/** An evaluation after an epoch, counted from 1; accuracies are fractions. */
export interface EpochLine {
  readonly epoch: number;
  /** Optimizer steps taken. */
  readonly step: number;
  /** Not known of runs that come back from storage. */
  readonly train?: Measured;
  readonly validation?: Measured;
  readonly test: Measured;
}
interface Measured {
  readonly loss: number;
  readonly accuracy: number;
}

/** A live setting that was changed at a step: drawn on the curve. */
export interface LaneMark {
  readonly step: number;
  readonly text: string;
}

/** One curve: a column of numbers for each of CURVE_COLUMNS. The columns grow in place; a new object stands for new points. */
export type Curve = Readonly<CurveColumns>;

/** A run with all that is known of it. */
export interface Lane extends LaneSubject {
  /** How it is drawn wherever it is drawn, for life. */
  readonly look: LaneLook;
  readonly phase: Signal<LanePhase>;
  readonly error: Signal<LaneError | undefined>;
  readonly preparing: Signal<LabEventOf<"preparing"> | undefined>;
  readonly start: Signal<EventOf<"start"> | undefined>;
  readonly epochs: Signal<readonly EpochLine[]>;
  /** What the masks keep, as they were last recorded. */
  readonly mask: Signal<Pick<EventOf<"mask">["line"], "realised" | "compute"> | undefined>;
  readonly curve: Signal<Curve>;
  readonly time: Signal<LabEventOf<"time"> | undefined>;
  readonly layers: Signal<readonly LayerTime[]>;
  readonly savedStep: Signal<number | undefined>;
  /** The last recovery from a lost device. */
  readonly recovered: Signal<LabEventOf<"recovered"> | undefined>;
  readonly notes: Signal<readonly LaneNote[]>;
  readonly marks: Signal<readonly LaneMark[]>;
  /** One layer's mask, for a picture: as it was drawn, then as the method keeps it. */
  readonly pictured: Signal<LayerPicture | undefined>;
  /** What its masks are, before and while it trains. */
  readonly report: Signal<MaskReport | undefined>;
  /** It is in storage and not on the device: to play it is to go on from its checkpoint. */
  readonly stored: Signal<boolean>;
  readonly result: Signal<RunResult | undefined>;
}

/** All runs of the page, in the order in which they were made. */
export const lanes = signal<readonly Lane[]>([]);

/** Lanes that are prepared for a press which may never come: no list has them. */
export const unlisted = signal<readonly Lane[]>([]);

/** A run by its id. */
export function findLane(id: string): Lane | undefined {
  return lanes.value.find((lane) => lane.id === id);
}

/** A run by its id, also one that is prepared only. */
export function findAnyLane(id: string): Lane | undefined {
  return findLane(id) ?? unlisted.value.find((lane) => lane.id === id);
}

/** Dashes of further runs of one rule, after the rule's own. */
const MORE_DASHES = [[2, 2], [10, 3, 2, 3], [5, 5], [1, 3]];

/** A rule's colour and mark, and the first dash that no other run of the rule has. */
export function lookOf(rule: LaneSubject["rule"], others: readonly LaneLook[]): LaneLook {
  const { glyph, dash } = ruleStyle(rule);
  const colour = COLOURS[rule] ?? "--rule-other";
  const taken = others.filter((look) => look.colour === colour).map((look) => look.dash.join());
  const choices = [dash, ...MORE_DASHES];
  return { colour, glyph, dash: choices.find((choice) => !taken.includes(choice.join())) ?? dash };
}

const COLOURS: Partial<Record<LaneSubject["rule"], string>> = {
  dense: "--rule-dense",
  uniform: "--rule-uniform",
  erk: "--rule-erk",
  "erk-str": "--rule-erk",
  balanced: "--rule-balanced",
  "balanced-partial": "--rule-balanced",
  "balanced-fill": "--rule-balanced",
  pyramidal: "--rule-pyramidal",
};

/** A lane that nothing is known of yet; its look is told apart from those of the others. */
export function newLane(subject: LaneSubject, others: readonly Lane[] = lanes.peek()): Lane {
  return {
    ...subject,
    look: lookOf(subject.rule, others.map(({ look }) => look)),
    phase: signal<LanePhase>("preparing"),
    error: signal(undefined),
    preparing: signal(undefined),
    start: signal(undefined),
    epochs: signal([]),
    mask: signal(undefined),
    curve: signal<Curve>(noPoints()),
    time: signal(undefined),
    layers: signal([]),
    savedStep: signal(undefined),
    recovered: signal(undefined),
    notes: signal([]),
    marks: signal([]),
    pictured: signal(undefined),
    report: signal(undefined),
    stored: signal(false),
    result: signal(undefined),
  };
}
