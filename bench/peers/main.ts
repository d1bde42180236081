/** `npm run bench:peers`: chooses, compares, prints. `scripts/bench_peers.mjs` installs the peers and starts this file. */
import { CommanderError } from "commander";
import { complainLabelled, reportFailure } from "../../src/cli/failure.ts";
import { jsonText, openOutput, type Output } from "../../src/cli/output.ts";
import { UserError } from "../../src/errors.ts";
import { gitCommit, projectFolder, shellCommand, VERSION } from "../../src/experiment/provenance.ts";
import { chooseAdapter } from "../../src/gpu/adapter.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import { compare, type Findings } from "./compare.ts";
import { DEFAULTS, type PeerOptions, QUICK, readOptions } from "./options.ts";
import { choosePeers, OURS } from "./peers.ts";
import { Roster } from "./roster.ts";
import { noteLines, ratioLines } from "./table.ts";
import { chooseWorks } from "./works.ts";

/** Runs the comparison. @returns the exit status: 0, 1 where something failed or differs, 2 for a wrong call */
export async function main(args: readonly string[]): Promise<number> {
  let options: PeerOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    complainLabelled(openOutput(), "error:", error.message.replace(/^error: /, ""));
    complainLabelled(openOutput(), "hint:", "npm run bench:peers -- --help shows works, peers and options");
    return 2;
  }
  const output = openOutput({ json: options.json });
  try {
    return await run(options, args, output);
  } catch (error) {
    return reportFailure(error, output);
  }
}

async function run(options: PeerOptions, args: readonly string[], output: Output): Promise<number> {
  const { works: words, peers: names, quick, json } = options;
  const works = chooseWorks(words, quick), peers = choosePeers(names);
  const { rounds, sampleMs } = { ...(quick ? QUICK : DEFAULTS), ...(options.rounds && { rounds: options.rounds }) };
  const { info } = await chooseAdapter(navigator.gpu, { power: "high" });
  if (options.requireGpu && info.software) {
    throw new UserError(`a GPU is required, but the adapter "${info.description}" computes on the CPU`);
  }
  const started = new Date(), host = createDenoHost();
  const report = (line: string) => output.complain(line);
  const folder = await Deno.makeTempDir({ prefix: "startsparse-peers-" });
  let roster: Roster | undefined, findings: Findings;
  const cleanUp = () => Deno.removeSync(folder, { recursive: true });
  const forget = host.onInterrupt(() => {
    roster?.kill();
    cleanUp();
    Deno.exit(130);
  });
  try {
    roster = await Roster.start(OURS, peers, report);
    findings = await compare(roster, OURS, works, { rounds, sampleMs, folder, report });
  } finally {
    await roster?.close();
    forget();
    cleanUp();
  }
  const { description: name, vendor, architecture, device, software } = info;
  const competitors = Object.fromEntries(roster.greetings);
  const result = {
    format: 1,
    kind: "peers",
    adapter: { name, vendor, architecture, device, software },
    backend: "wgpu",
    versions: {
      startsparse: VERSION,
      commit: await gitCommit(host, projectFolder()),
      ...host.platform(),
      ...Object.assign(
        {},
        ...[...roster.greetings.values()].map(({ versions }) => versions),
      ),
    },
    date: started.toISOString(),
    command: shellCommand(["npm", "run", "bench:peers", ...(args.length > 0 ? ["--", ...args] : [])]),
    threads: { cores: navigator.hardwareConcurrency, llvmpipe: Number(Deno.env.get("LP_NUM_THREADS")) || null },
    rounds,
    sampleMs,
    competitors,
    absent: roster.absent,
    ...findings,
  };
  if (json) output.data(jsonText(result));
  else {
    output.say(
      `${name}${software ? " (a program on the CPU: these are no GPU's figures)" : ""}, ${rounds} rounds`,
    );
    output.say();
    for (const line of ratioLines(findings.ratios)) output.say(line);
    output.say();
    const width = output.isTerminal ? output.columns : 120;
    for (const line of noteLines(findings.ratios, roster.absent, findings.problems, width)) output.say(line);
  }
  if (findings.problems.length === 0) return 0;
  complainLabelled(
    output,
    "error:",
    `${findings.problems.length} of the comparisons failed; see above`,
  );
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
