/** One run: its curves, its layers, its settings, and where it comes from. */
import { useEffect, useState } from "preact/hooks";
import { formatDensity, formatInteger } from "../../../src/experiment/results_numbers.ts";
import type { RunDetails, RunRow } from "../../../src/worker/figures_types.ts";
import { Drawing } from "../../figures/figure_card.tsx";
import { figures } from "../../figures/worker.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Pairs } from "./compare_panel.tsx";
import { RunMasks } from "./run_masks.tsx";

interface RunDialogProps {
  readonly id: string;
  readonly run: RunRow;
  readonly onClose: () => void;
}

/** Everything that the run's folder says. */
export function RunDialog({ id, run, onClose }: RunDialogProps) {
  const [details, setDetails] = useState<RunDetails>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let current = true;
    figures().then((worker) => worker.details(id, run.folder)).then(
      (made) => current && setDetails(made),
      (error) => current && setProblem((error as Error).message),
    );
    return () => void (current = false);
  }, [id, run.folder]);
  return (
    <Dialog title={run.name} onClose={onClose}>
      {problem && <p class="field-problem" role="alert">{problem}</p>}
      {details && (
        <div class="run-details">
          {details.result.warnings.length > 0 && (
            <ul class="warnings plain-list">{details.result.warnings.map((text) => <li key={text}>{text}</li>)}</ul>
          )}
          <div class="figure-pair">
            {details.curves.map(({ key, svg, summary }) => <Drawing key={key} svg={svg} label={summary} />)}
          </div>
          {details.layers.length > 0 && <RunMasks id={id} run={run} />}
          {details.layers.length > 0 && (
            <details>
              <summary>Layers</summary>
              <Pairs
                head={["layer", "density", "kept", "weights"]}
                rows={details.layers.map(({ name, kept, size }) => [
                  name,
                  formatDensity(kept / size),
                  formatInteger(kept),
                  formatInteger(size),
                ])}
              />
            </details>
          )}
          <details>
            <summary>Settings</summary>
            <Pairs head={["key", "value"]} rows={details.config} />
          </details>
          {details.provenance && (
            <details>
              <summary>Where it comes from</summary>
              <Pairs head={["", ""]} rows={origin(details)} />
            </details>
          )}
        </div>
      )}
    </Dialog>
  );
}

function origin({ provenance, folder, result }: RunDetails): [string, string][] {
  if (!provenance) return [];
  const { version, commit, adapter, driver, backend, runtime, os, arch, data, command, started, ended } = provenance;
  const rows: [string, string | null | undefined][] = [
    ["folder", folder],
    ["command", command],
    ["version", version],
    ["commit", commit],
    ["adapter", adapter && adapter.name + (adapter.software ? " (software)" : "")],
    ["driver", driver],
    ["backend", backend],
    ["runtime", `${runtime} on ${os} ${arch}`],
    ["data", data ? `${data.name}, SHA-256 ${data.fingerprint}` : result.data],
    ["configuration", `SHA-256 ${result.configHash}`],
    ["started", started],
    ["ended", ended],
  ];
  return rows.flatMap(([name, text]) => text ? [[name, text]] : []);
}
