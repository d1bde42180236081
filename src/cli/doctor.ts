/** `startsparse doctor`: is this machine ready, and if not, what is missing and how to mend it. */
import packageJson from "../../package.json" with { type: "json" };
import { GpuError, UserError } from "../errors.ts";
import { VERSION } from "../experiment/provenance.ts";
import { type AdapterInfo, listAdapters } from "../gpu/adapter.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { mebibytes } from "../gpu/memory.ts";
import type { Host } from "../host/host.ts";
import { selfTest, type SelfTestResult } from "../ops/self_test.ts";
import { askDawn, dawnFindings, type DawnReport } from "./doctor_dawn.ts";
import { featureWords } from "./doctor_features.ts";
import type { Finding } from "./doctor_finding.ts";
import { vulkanFindings } from "./doctor_vulkan.ts";
import { jsonText, openOutput, type Output } from "./output.ts";
import { alignColumns, wrapText } from "./text.ts";

/** Everything that the doctor found. */
export interface DoctorReport {
  readonly version: string;
  /** No finding is a failure: training will work, if slowly where there are warnings. */
  readonly ready: boolean;
  readonly findings: Finding[];
  /** Every adapter; `--adapter` takes these numbers. */
  readonly adapters: AdapterInfo[];
  readonly selfTest: SelfTestResult[];
  /** The same of the backend dawn. */
  readonly dawn: DawnReport;
}

/** What the doctor needs of a {@link Host}. */
export type DoctorHost = Pick<Host, "platform" | "exists" | "list" | "environment" | "gpu" | "terminal">;

/** Options of {@link doctor}. */
export interface DoctorOptions {
  /** Print the report as JSON. */
  json?: boolean;
  /** Where to print; the terminal when left out. */
  output?: Pick<Output, "say" | "data">;
  /** Asks the other backend. */
  dawn?: () => Promise<DawnReport>;
}

/** The Deno that this version was tested with. */
const PINNED: string = packageJson.dependencies.deno;

/** What every kernel may rely on (WebGPU's defaults); the adapter's own limits are asked for where they are higher. */
const NEEDED: readonly [name: keyof GPUSupportedLimits, least: number][] = [
  ["maxStorageBuffersPerShaderStage", 8],
  ["maxComputeInvocationsPerWorkgroup", 256],
  ["maxComputeWorkgroupStorageSize", 16 * 2 ** 10],
  ["maxStorageBufferBindingSize", 128 * 2 ** 20],
];

/**
 * Examines the machine and prints what it found.
 * @returns the report, and 0 where nothing failed, else 1
 */
export async function doctor(
  host: DoctorHost,
  options: DoctorOptions = {},
): Promise<{ report: DoctorReport; exitCode: number }> {
  const output = options.output ?? openOutput({ json: options.json });
  const report = await examine(host, options.dawn ?? askDawn);
  if (options.json) output.data(jsonText(report));
  else for (const line of describe(report, host.terminal().columns)) output.say(line);
  return { report, exitCode: report.ready ? 0 : 1 };
}

async function examine(host: DoctorHost, askDawn: () => Promise<DawnReport>): Promise<DoctorReport> {
  const own = { name: "wgpu", gpu: host.gpu() };
  const adapters = await listAdapters(own, "high"); // the order that `--adapter N` of a run counts in
  const findings = [
    runtimeFinding(host),
    ...(await vulkanFindings(host)).map((finding) => soften(finding, adapters)),
    adaptersFinding(host, adapters),
  ];
  let tested: SelfTestResult[] = [];
  if (adapters.length > 0) {
    try {
      const gpu = await openGpu(own, { power: "high" });
      findings.push(adapterFinding(gpu), limitsFinding(gpu), {
        check: "features",
        status: "ok",
        detail: featureWords(gpu),
      });
      tested = await selfTest(gpu, { long: true });
      gpu.close();
    } catch (error) {
      findings.push(deviceFinding(error));
    }
  }
  findings.push(...tested.map(testFinding));
  const dawn = await askDawn();
  findings.push(...dawnFindings(dawn));
  const ready = findings.every(({ status }) => status !== "fail");
  return { version: VERSION, ready, findings, adapters, selfTest: tested, dawn };
}

function runtimeFinding(host: DoctorHost): Finding {
  const { runtime, os, arch } = host.platform();
  const detail = `${runtime} on ${os} ${arch}`;
  if (runtime === `Deno ${PINNED}`) return { check: "runtime", status: "ok", detail };
  return {
    check: "runtime",
    status: "warn",
    detail: `${detail}; this version of startsparse was tested with Deno ${PINNED}`,
    mend: "Start it as `npx startsparse`, after `npm ci` in the checkout: that is the tested one.",
  };
}

/** A loader or driver in an unusual place is no failure where WebGPU found an adapter through it. */
function soften(finding: Finding, adapters: readonly AdapterInfo[]): Finding {
  if (finding.status !== "fail" || adapters.length === 0) return finding;
  const { check, detail } = finding;
  return { check, status: "ok", detail: `${detail}; but an adapter was found` };
}

function adaptersFinding(host: DoctorHost, adapters: readonly AdapterInfo[]): Finding {
  const check = "adapters";
  if (adapters.length > 0) {
    return { check, status: "ok", detail: adapters.map(({ description }, i) => `${i}: ${description}`).join("; ") };
  }
  const detail = host.gpu() ? "WebGPU finds no adapter" : "this runtime has no WebGPU";
  const mend = host.platform().os === "linux"
    ? "Mend what is said about Vulkan above; with a loader and a driver there is an adapter."
    : "Update the graphics driver: Direct3D 12 or Metal is needed.";
  return { check, status: "fail", detail, mend };
}

function adapterFinding({ adapter: { description, software } }: Gpu): Finding {
  if (!software) return { check: "adapter", status: "ok", detail: `${description}, a GPU` };
  return {
    check: "adapter",
    status: "warn",
    detail: `${description} computes on the CPU`,
    mend: "Small networks train. If this machine has a GPU, install its Vulkan driver; --require-gpu refuses this one.",
  };
}

function limitsFinding({ device: { limits } }: Gpu): Finding {
  const low = NEEDED.filter(([name, least]) => Number(limits[name]) < least);
  if (low.length > 0) {
    const detail = low.map(([name, least]) => `${name} is ${limits[name]}, needed are ${least}`).join("; ");
    return { check: "limits", status: "fail", detail, mend: "Choose another adapter, or update the driver." };
  }
  const detail = `${mebibytes(limits.maxStorageBufferBindingSize)} a binding, ${mebibytes(limits.maxBufferSize)} a ` +
    `buffer, ${limits.maxStorageBuffersPerShaderStage} storage buffers, ${limits.maxComputeInvocationsPerWorkgroup} ` +
    `invocations and ${limits.maxComputeWorkgroupStorageSize / 1024} KiB a workgroup`;
  return { check: "limits", status: "ok", detail };
}

function deviceFinding(error: unknown): Finding {
  const { message } = error as Error;
  const mend = error instanceof GpuError || error instanceof UserError ? error.hint : undefined;
  return {
    check: "device",
    status: "fail",
    detail: message,
    mend: mend ?? "Update the driver, or choose another adapter.",
  };
}

function testFinding({ name, kernel, passed, detail, milliseconds }: SelfTestResult): Finding {
  const check = `test: ${name}`;
  if (passed) return { check, status: "ok", detail: `${detail}, ${milliseconds.toFixed(0)} ms` };
  return {
    check,
    status: "fail",
    detail: `${kernel}: ${detail}`,
    mend: "This adapter computes wrongly: choose another one (--adapter), or update the driver and Deno.",
  };
}

/** The report for people: aligned columns, what to do below what is wrong, and a last line that says it all. */
function describe({ version, findings, ready }: DoctorReport, columns: number): string[] {
  const lines = [`startsparse ${version}: is this machine ready?`, ""];
  const table = alignColumns(findings.map(({ status, check }) => [status, check, ""]));
  const indent = " ".repeat(Math.max(...table.map((line) => line.length)) + 2);
  findings.forEach(({ detail, mend }, i) => {
    const width = Math.max(40, Math.min(columns, 120) - indent.length);
    const texts = [...wrapText(detail, width), ...(mend ? wrapText(`→ ${mend}`, width, "  ") : [])];
    lines.push(...texts.map((text, k) => (k === 0 ? table[i].padEnd(indent.length) : indent) + text));
  });
  const count = (status: Finding["status"]) => findings.filter((finding) => finding.status === status).length;
  const warnings = count("warn"), failures = count("fail");
  const remarks = warnings > 0 ? `, with ${warnings} ${warnings === 1 ? "warning" : "warnings"}` : "";
  lines.push("", ready ? `Ready${remarks}.` : `Not ready: ${failures} of ${findings.length} checks failed${remarks}.`);
  return lines;
}
