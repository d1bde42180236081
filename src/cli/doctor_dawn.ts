/**
 * What Dawn, the other backend, finds on this machine. It is asked in a process of its own: a native library may end its
 * process, and what it says of an adapter that it refuses goes straight to stderr.
 */
import { projectFolder } from "../experiment/provenance.ts";
import { type AdapterInfo, listAdapters } from "../gpu/adapter.ts";
import { openGpu } from "../gpu/device.ts";
import { createDenoHost } from "../host/deno.ts";
import { joinPath } from "../host/host.ts";
import { selfTest, type SelfTestResult } from "../ops/self_test.ts";
import type { Finding } from "./doctor_finding.ts";
import { featureWords } from "./doctor_features.ts";

/** What was found through Dawn. */
export interface DawnReport {
  /** Every adapter; `--backend dawn --adapter` takes these numbers. */
  readonly adapters: AdapterInfo[];
  /** What kernels can use of the first adapter. */
  readonly features?: string;
  readonly selfTest: SelfTestResult[];
  /** Why there is no adapter, or why it cannot be used. */
  readonly problem?: string;
  readonly mend?: string;
}

/** Asks Dawn. Never throws: what goes wrong is the answer. */
export async function askDawn(): Promise<DawnReport> {
  const config = joinPath(projectFolder(), "deno.json");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "--config", config, import.meta.url],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  try {
    const report = JSON.parse(new TextDecoder().decode(stdout)) as DawnReport;
    const refusal = /^Warning: (.*)/m.exec(said)?.[1];
    return report.adapters.length === 0 && report.problem === undefined
      ? { ...report, problem: refusal ? `it refuses the adapter: ${refusal}` : "it finds no adapter" }
      : report;
  } catch {
    return { adapters: [], selfTest: [], problem: `its process ended with status ${code}: ${said.trim()}` };
  }
}

/** Runs in that process. */
async function lookAround(): Promise<DawnReport> {
  try {
    const backend = await createDenoHost().backend({ backend: "dawn" });
    const adapters = await listAdapters(backend, "high");
    if (adapters.length === 0) return { adapters, selfTest: [], mend: backend.noAdapter };
    const gpu = await openGpu(backend, { power: "high" });
    const features = featureWords(gpu), tested = await selfTest(gpu, { long: true });
    gpu.close();
    return { adapters, features, selfTest: tested };
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return { adapters: [], selfTest: [], problem: message, mend: hint };
  }
}

/** The report's lines: nothing depends on Dawn, so that nothing here is a failure. */
export function dawnFindings({ adapters, features, selfTest, problem, mend }: DawnReport): Finding[] {
  const check = "Dawn";
  if (problem !== undefined) {
    return [{ check, status: "note", detail: `--backend dawn is not available: ${problem}`, mend }];
  }
  const names = adapters.map(({ description }, i) => `${i}: ${description}`).join("; ");
  const wrong = selfTest.filter(({ passed }) => !passed);
  if (wrong.length === 0) {
    const detail = `${names}; ${features}; all ${selfTest.length} tests as expected`;
    return [{ check, status: "ok", detail }];
  }
  return wrong.map(({ name, kernel, detail }) => ({
    check: `Dawn: ${name}`,
    status: "warn",
    detail: `${names}; ${kernel}: ${detail}`,
    mend: "Dawn computes wrongly on this adapter: leave --backend dawn out, or update the driver.",
  }));
}

if (import.meta.main) {
  console.log(JSON.stringify(await lookAround()));
  Deno.exit(0);
}
