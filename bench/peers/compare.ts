/** One work after the other: everyone gets it ready, all results are compared, and then they are timed in turns. */
import { UserError } from "../../src/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/formats/safetensors.ts";
import { compareResults, type Difference, requireSame } from "./check.ts";
import { makeInputs, type Tensors } from "./inputs.ts";
import type { Peer } from "./peers.ts";
import type { Checked, Prepared, Timed } from "./protocol.ts";
import { type Ratio, ratioOf, type Side } from "./ratios.ts";
import { timeRounds } from "./rounds.ts";
import type { Roster } from "./roster.ts";
import type { NamedWork } from "./works.ts";

/** How long a competitor may take to answer: compiling a deep network on a busy machine takes minutes. */
const PREPARE_MS = 15 * 60_000, SAMPLE_MS = 10 * 60_000;

/** Something that left a gap in the figures. */
export interface Problem {
  readonly work: string;
  readonly peer: string;
  readonly message: string;
}

/** What was found. */
export interface Findings {
  readonly ratios: Ratio[];
  readonly problems: Problem[];
}

/** How it is run. */
export interface CompareOptions {
  readonly rounds: number;
  readonly sampleMs: number;
  /** A folder for tensors. */
  readonly folder: string;
  readonly report: (line: string) => void;
}

/** A competitor that has a work ready, and what it computed. */
interface Ready {
  readonly peer: Peer;
  readonly side: Side;
  readonly precision: Prepared["precision"];
  readonly results: Tensors;
}

/**
 * Compares startsparse with the others at every work.
 * @throws {UserError} where one computes other numbers
 */
export async function compare(
  roster: Roster,
  ours: Peer,
  works: readonly NamedWork[],
  options: CompareOptions,
): Promise<Findings> {
  const findings: Findings = { ratios: [], problems: [] };
  for (const [i, named] of works.entries()) {
    options.report(`${named.name} (${i + 1} of ${works.length})`);
    await compareOne(roster, ours, named, options, findings);
  }
  return findings;
}

async function compareOne(
  roster: Roster,
  ours: Peer,
  named: NamedWork,
  options: CompareOptions,
  { ratios, problems }: Findings,
): Promise<void> {
  const { name, group, work } = named, { folder, report } = options;
  const failed = (peer: string, error: unknown) => {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    problems.push({ work: name, peer, message });
    report(`  ${peer} fails: ${message}`);
  };
  const inputs = makeInputs(work), file = `${folder}/inputs.safetensors`;
  await Deno.writeFile(file, writeSafetensors(inputs));
  const ready: Ready[] = [];
  for (const peer of roster.peers.filter((peer) => peer.takes(named))) {
    try {
      report(`  getting ready and checking ${peer.name}`);
      ready.push(
        await getReady(
          roster,
          peer,
          named,
          file,
          `${folder}/results.safetensors`,
        ),
      );
    } catch (error) {
      failed(peer.name, error);
      if (peer === ours) return await roster.free();
    }
  }
  const checks = new Map<string, Difference>();
  for (const { peer, results, precision } of ready.slice(1)) {
    const differences = compareResults(
      work,
      inputs,
      ready[0].results,
      results,
      precision,
    );
    checks.set(peer.name, requireSame(name, peer.name, differences));
  }
  const runners = ready.map(({ peer }) => ({
    name: peer.name,
    sample: (times: number) => roster.ask<Timed>(peer, { ask: "time", times }, SAMPLE_MS),
  }));
  const samples = await timeRounds(runners, {
    ...options,
    report: (what) => report(`  ${what}`),
  });
  for (const { name: peer, failure } of samples) {
    if (failure !== null) failed(peer, new Error(failure));
  }
  samples.slice(1).forEach((sample, i) => {
    const { peer, side } = ready[i + 1];
    const base = {
      work: name,
      group,
      peer: peer.name,
      ours: ready[0].side,
      theirs: side,
      check: checks.get(peer.name)!,
    };
    const ratio = ratioOf(base, samples[0], sample);
    if (ratio) ratios.push(ratio);
  });
  await roster.free();
}

async function getReady(
  roster: Roster,
  peer: Peer,
  { work }: NamedWork,
  inputs: string,
  results: string,
): Promise<Ready> {
  const before = performance.now();
  const { how, precision } = await roster.ask<Prepared>(peer, { ask: "prepare", work, inputs }, PREPARE_MS);
  const prepareMs = performance.now() - before;
  const { firstMs } = await roster.ask<Checked>(
    peer,
    { ask: "check", results },
    PREPARE_MS,
  );
  const { tensors } = readSafetensors(
    await Deno.readFile(results),
    `results of ${peer.name}`,
  );
  return {
    peer,
    precision,
    results: tensors,
    side: { how, precision, firstMs, prepareMs },
  };
}
