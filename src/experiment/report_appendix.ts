/** The end of a report: every run, what their configurations differ in, where they come from, how to read it all. */

import { stringify } from "yaml";
import { dataLink, escapeHtml, folded, plainTable, section } from "./html.ts";
import { shellCommand } from "./provenance.ts";
import { type CollectedRun, experimentOf } from "./results_collect.ts";
import type { ResultGroup } from "./results_groups.ts";
import { rowsCsv } from "./results_csv.ts";
import { differingKeys, flatConfig } from "./results_keys.ts";
import { formatDensity, formatInteger, formatPercent, formatSeconds, NONE } from "./results_numbers.ts";
import { groupRows, rowObjects, runRows } from "./results_rows.ts";
import { RUN_FILES } from "./run_store.ts";

/** What the appendix is made of. */
export interface AppendixInput {
  readonly groups: readonly ResultGroup[];
  readonly runs: readonly CollectedRun[];
  readonly linkOf?: (run: CollectedRun) => string;
  /** Charts beside the page. */
  readonly files: readonly string[];
}

/** All sections behind the figures. */
export function appendix(input: AppendixInput): string {
  return [everyRun(input), parameters(input), origin(input), guide()].join("\n");
}

/** A row for each run, as people read it; all but the first and the last column are numbers. */
export function runTable(runs: readonly CollectedRun[]): { header: string[]; rows: string[][] } {
  const header = [
    ...["run", "seed", "nominal", "realised", "compute", "best, %", "epoch", "last, %", "dense epochs", "time"],
    ...["peak MiB", "state"],
  ];
  const rows = runs.map(({ result }) => {
    const { mask, method, best, last, memory } = result, final = method ?? mask;
    return [
      result.name,
      String(result.seed),
      formatDensity(method?.target ?? mask.nominalDensity),
      formatDensity(final.realisedDensity),
      formatDensity(final.computeDensity),
      formatPercent(best?.testAccuracy ?? null),
      best ? String(best.epoch) : NONE,
      formatPercent(last?.testAccuracy ?? null),
      method ? String(Number(method.denseEpochs.toPrecision(3))) : NONE,
      formatSeconds(result.seconds),
      memory ? formatInteger(memory.device / 2 ** 20) : NONE,
      result.interrupted ? "interrupted" : "finished",
    ];
  });
  return { header, rows };
}

function everyRun({ runs, groups }: AppendixInput): string {
  const { header, rows } = runTable(runs);
  const numeric = new Set(header.filter((title) => title !== "run" && title !== "state"));
  const links = [
    dataLink("runs.csv", "text/csv", rowsCsv(runRows(runs))),
    dataLink("groups.csv", "text/csv", rowsCsv(groupRows(groups))),
    dataLink(
      "results.json",
      "application/json",
      JSON.stringify({ format: 1, runs: rowObjects(runRows(runs)), groups: rowObjects(groupRows(groups)) }),
    ),
  ];
  return section(
    "runs",
    "All runs",
    `${plainTable("All runs", header, rows, numeric)}\n<p class="note">In full precision: ${links.join(", ")}.</p>`,
  );
}

function parameters({ runs }: AppendixInput): string {
  const configs = runs.map(({ config }) => config), flat = configs.map(flatConfig);
  const rows = differingKeys(configs).map((key) => {
    const values = [...new Set(flat.map((values) => values.get(key) ?? NONE))];
    return [
      key,
      values.length <= 12 ? values.join(", ") : `${values.slice(0, 11).join(", ")} and ${values.length - 11} more`,
    ];
  });
  const seen = new Set<string>();
  const distinct = runs.filter(({ config }) => {
    const experiment = experimentOf(config), isNew = !seen.has(experiment);
    seen.add(experiment);
    return isNew;
  });
  const folds = distinct.map(({ config, result }) =>
    folded(result.name, `<pre>${escapeHtml(stringify(config, { lineWidth: 100 }))}</pre>`)
  );
  const table = rows.length > 0
    ? plainTable("Parameters that differ", ["key", "values"], rows)
    : "<p>All runs have the same configuration.</p>";
  return section(
    "parameters",
    "What differs",
    `${table}\n<h3>Configurations, one a row of the results</h3>\n${folds.join("\n")}`,
  );
}

function origin({ runs, linkOf, files }: AppendixInput): string {
  const distinct = (of: (run: CollectedRun) => string | null | undefined) =>
    [...new Set(runs.map(of).filter((text) => text !== null && text !== undefined && text !== ""))].join("; ");
  const seconds = runs.reduce((sum, { result }) => sum + result.seconds, 0);
  const started = runs.map(({ provenance }) => provenance?.started).filter((text) => text !== undefined).toSorted();
  const entries: [string, string][] = [
    [
      "Code",
      distinct(({ provenance }) => {
        return provenance &&
          `startsparse ${provenance.version}${provenance.commit ? `, commit ${provenance.commit.slice(0, 12)}` : ""}`;
      }),
    ],
    [
      "Adapter",
      distinct(({ provenance, result: { adapter } }) => {
        const name = adapter.name + (adapter.software ? " (software)" : "");
        return [name, provenance?.driver, provenance?.backend].filter(Boolean).join(", ");
      }),
    ],
    [
      "Runtime",
      distinct(({ provenance }) => provenance && `${provenance.runtime} on ${provenance.os} ${provenance.arch}`),
    ],
    [
      "Data",
      distinct(({ provenance, result }) => {
        const sum = provenance?.data?.fingerprint;
        return sum ? `${result.data}, SHA-256 ${sum}` : result.data;
      }),
    ],
    ["Model", distinct(({ result }) => result.model)],
    ["Seeds", distinct(({ result }) => String(result.seed)).replaceAll("; ", ", ")],
    ["Started", started.length > 1 ? `${started[0]} to ${started.at(-1)}` : started[0] ?? ""],
    ["Time of all runs", formatSeconds(seconds)],
  ];
  const list = entries.filter(([, text]) => text !== "").map(([term, text]) =>
    `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`
  );
  const anchor = (href: string) => `<a href="${escapeHtml(href)}">${escapeHtml(href.replace(/\/$/, ""))}</a>`;
  if (files.length > 0) list.push(`<dt>Charts</dt><dd>${files.map(anchor).join(", ")}</dd>`);
  if (linkOf) list.push(`<dt>Runs</dt><dd>${runs.map((run) => anchor(`${linkOf(run)}/`)).join(", ")}</dd>`);
  const typed = [...new Set(runs.map(({ provenance }) => provenance?.command).filter((text) => text))];
  if (typed.length > 0) {
    list.push(`<dt>Started by</dt><dd>${typed.map((text) => `<code>${escapeHtml(text!)}</code>`).join("<br>")}</dd>`);
  }
  const commands = runs.map(({ folder, result }) => {
    const command = shellCommand(["startsparse", "run", `${folder}/${RUN_FILES.config}`, "--out", `${folder}-again`]);
    return `<li>${escapeHtml(result.name)}: <code>${escapeHtml(command)}</code></li>`;
  });
  const repeat = folded("The command that repeats each run", `<ul class="commands">${commands.join("\n")}</ul>`);
  return section("origin", "Where this comes from", `<dl>\n${list.join("\n")}\n</dl>\n${repeat}`);
}

const WORDS: readonly (readonly [string, string])[] = [
  ["density", "fraction of the maskable weights (of convolutions and linear layers) that is kept; 1 is dense."],
  ["nominal", "the density that was asked for: of the rule, or of the method where it ends elsewhere."],
  ["realised", "what the masks of the trained networks have, a mean over seeds."],
  ["compute", "multiply-adds kept over dense ones: what a step costs at best. No parameter density."],
  ["best", "test accuracy at the epoch of best validation accuracy. No epoch was chosen by test accuracy."],
  ["last", "test accuracy after the last epoch."],
  [
    "±",
    "half of a 95 % interval over seeds: t·s/√n with n − 1 degrees of freedom (4.303·s/√3 for three seeds), " +
    "or 1.96·s/√n where the table says so, which is too narrow for few seeds.",
  ],
  ["dead", "share of the neurons that lie on no path of kept weights from the input to the output."],
  [
    "dense epochs",
    "cost of scoring and training, evaluation left out: images times compute density of the step, and " +
    "what scores and methods compute besides, in epochs of dense training.",
  ],
  ["seconds, images/s", "wall-clock time on the adapter that is named above; they say nothing about other machines."],
  ["speed-up", "images/s of training over those of the dense network beside it."],
  ["peak MiB", "bytes of all buffers on the device."],
];

function guide(): string {
  const list = WORDS.map(([word, meaning]) => `<dt>${word}</dt><dd>${escapeHtml(meaning)}</dd>`);
  const text =
    "<p>Means and intervals are over every finished run of a configuration, whatever is shown. Intervals that " +
    "overlap do not rank two methods. Charts have realised density on their axes, since some rules keep less than they " +
    "were asked for.</p>";
  return section("guide", "How to read this", `${text}\n<dl>\n${list.join("\n")}\n</dl>`);
}
