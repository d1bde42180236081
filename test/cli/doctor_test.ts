/** The doctor on machines that this one is not: no loader, no driver, no adapter, another Deno. */
import { strict as assert } from "node:assert";
import packageJson from "../../package.json" with { type: "json" };
import { doctor, type DoctorHost } from "../../src/cli/doctor.ts";
import type { DawnReport } from "../../src/cli/doctor_dawn.ts";
import type { Finding } from "../../src/cli/doctor_finding.ts";
import { describeAdapter } from "../../src/gpu/adapter.ts";
import { fakeAdapter, fakePlatform } from "../gpu/fake.ts";
import { quiet } from "../ops/gpu.ts";

const PINNED = packageJson.dependencies.deno;
const LOADER = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";
const LVP = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
/** A real device where there is one, since the doctor opens what it finds. */
const REAL = navigator.gpu;

interface Machine {
  files?: string[];
  environment?: Record<string, string>;
  gpu?: GPU;
  /** What Dawn answers. */
  dawn?: DawnReport;
  runtime?: string;
  os?: string;
}

function machine(
  { files = [LOADER, LVP], environment = {}, gpu, runtime = `Deno ${PINNED}`, os = "linux" }: Machine,
): DoctorHost {
  const below = (path: string) => files.filter((file) => file.startsWith(`${path}/`));
  return {
    platform: () => ({ runtime, os, arch: "x86_64" }),
    exists: (path) => Promise.resolve(files.includes(path) || below(path).length > 0),
    list: (path) =>
      Promise.resolve(below(path).map((file) => ({ name: file.slice(path.length + 1), isFolder: false }))),
    environment: (name) => environment[name],
    gpu: () => gpu,
    terminal: () => ({ isTerminal: false, columns: 80 }),
  };
}

/** A Dawn that is not installed. */
const NO_DAWN: DawnReport = { adapters: [], selfTest: [], problem: "not installed", mend: "Install it." };

/** Runs the doctor; `text` is what it printed. */
async function examine(about: Machine, json = false) {
  const lines: string[] = [], data: string[] = [];
  const output = { say: (line = "") => void lines.push(line), data: (text: string) => void data.push(text) };
  const { report, exitCode } = await doctor(machine(about), {
    json,
    output,
    dawn: () => Promise.resolve(about.dawn ?? NO_DAWN),
  });
  const of = (check: string): Finding | undefined => report.findings.find((finding) => finding.check === check);
  return { report, exitCode, of, text: lines.join("\n"), data: data.join("") };
}

Deno.test({
  name: "doctor: this machine is ready, and says how well",
  ...quiet,
  fn: async () => {
    const { report, exitCode, of, text } = await examine({ gpu: REAL });
    assert.equal(exitCode, 0, text);
    assert.ok(report.ready);
    assert.equal(of("runtime")?.status, "ok");
    assert.equal(of("limits")?.status, "ok");
    assert.equal(of("adapter")?.status, report.adapters[0].software ? "warn" : "ok");
    const tests = report.findings.filter(({ check }) => check.startsWith("test: "));
    assert.ok(tests.length >= 8 && tests.every(({ status }) => status === "ok"));
    assert.match(text, /^ok +Vulkan drivers +.*lvp$/m);
    assert.match(text, /\nReady(, with 1 warning)?\.$/);
  },
});

Deno.test("doctor: no loader, no driver and no adapter are three findings, each with a way out", async () => {
  const { report, exitCode, of, text } = await examine({ files: [], gpu: fakePlatform({}) });
  assert.equal(exitCode, 1);
  assert.equal(report.ready, false);
  for (const check of ["Vulkan loader", "Vulkan drivers", "adapters"]) {
    assert.equal(of(check)?.status, "fail", check);
    assert.ok(of(check)?.mend, check);
  }
  assert.match(of("Vulkan loader")!.mend!, /apt-get install libvulkan1/);
  assert.match(of("Vulkan drivers")!.mend!, /apt-get install mesa-vulkan-drivers/);
  assert.deepEqual([report.adapters, report.selfTest], [[], []]);
  assert.match(text, /Not ready: 3 of 5 checks failed\.$/);
  assert.ok(text.split("\n").every((line) => line.length <= 80), text);
});

Deno.test("doctor: drivers that a variable names are looked at in place of the folders", async () => {
  const named = await examine({ environment: { VK_DRIVER_FILES: "/opt/gone_icd.json" }, gpu: fakePlatform({}) });
  assert.equal(named.of("Vulkan drivers")?.status, "fail");
  assert.match(named.of("Vulkan drivers")!.detail, /VK_DRIVER_FILES names \/opt\/gone_icd\.json/);
  const files = [LOADER, "/opt/vk_swiftshader_icd.json"];
  const there = await examine({ files, environment: { VK_ICD_FILENAMES: files[1] }, gpu: fakePlatform({}) });
  assert.equal(there.of("Vulkan drivers")?.detail, "vk_swiftshader (VK_ICD_FILENAMES)");
  const own = await examine({ files: ["/own/libvulkan.so.1"], environment: { LD_LIBRARY_PATH: "/x:/own" } });
  assert.equal(own.of("Vulkan loader")?.detail, "/own/libvulkan.so.1");
});

Deno.test("doctor: an NVIDIA GPU without its Vulkan driver is told apart from no GPU", async () => {
  const gpu = fakePlatform({ high: fakeAdapter({ description: "llvmpipe" }) });
  const { of } = await examine({ files: [LOADER, LVP, "/dev/nvidiactl"], gpu });
  assert.equal(of("NVIDIA GPU")?.status, "warn");
  assert.match(of("NVIDIA GPU")!.mend!, /NVIDIA_DRIVER_CAPABILITIES.*graphics/);
  const files = [LOADER, "/etc/vulkan/icd.d/nvidia_icd.json", "/dev/nvidiactl"];
  assert.equal((await examine({ files, gpu })).of("NVIDIA GPU"), undefined);
});

Deno.test("doctor: an adapter whose device cannot be opened is a failure with the reason", async () => {
  const { exitCode, of } = await examine({ gpu: fakePlatform({ high: fakeAdapter({ description: "Odd GPU" }) }) });
  assert.equal(exitCode, 1);
  assert.equal(of("adapters")?.detail, "0: Odd GPU");
  assert.match(of("device")!.detail, /fake adapter has no device/);
  assert.ok(of("device")?.mend);
});

Deno.test("doctor: another Deno is a warning that names the tested one", async () => {
  const { of } = await examine({ runtime: "Deno 1.44.0", gpu: fakePlatform({}) });
  assert.equal(of("runtime")?.status, "warn");
  assert.ok(of("runtime")!.detail.includes(`Deno ${PINNED}`));
});

Deno.test("doctor: a loader in an unusual place is no failure where there is an adapter", async () => {
  const { of } = await examine({ files: [], gpu: fakePlatform({ high: fakeAdapter({ description: "Some GPU" }) }) });
  assert.equal(of("Vulkan loader")?.status, "ok");
  assert.match(of("Vulkan loader")!.detail, /an adapter was found/);
});

Deno.test("doctor: other systems have no Vulkan to look at, and their own advice", async () => {
  const { of } = await examine({ os: "darwin", files: [], gpu: fakePlatform({}) });
  assert.equal(of("Vulkan loader"), undefined);
  assert.match(of("adapters")!.mend!, /Metal/);
  assert.match((await examine({ os: "windows", files: [] })).of("adapters")!.detail, /no WebGPU/);
});

Deno.test("doctor: Dawn is a note where it is not there, and a warning where it computes wrongly", async () => {
  const gpu = fakePlatform({});
  const missing = (await examine({ gpu })).of("Dawn")!;
  assert.deepEqual([missing.status, missing.mend], ["note", "Install it."]);
  assert.match(missing.detail, /^--backend dawn is not available: not installed$/);
  const adapters = [describeAdapter(fakeAdapter({ description: "Some GPU" }), { name: "dawn" })];
  const check = { name: "reduction", kernel: "sumSplits", passed: true, detail: "as expected", milliseconds: 1 };
  const dawn = { adapters, features: "GPU times", selfTest: [check, check] };
  const fine = (await examine({ gpu, dawn })).of("Dawn")!;
  assert.deepEqual([fine.status, fine.detail], ["ok", "0: Some GPU; GPU times; all 2 tests as expected"]);
  const wrong = await examine({ gpu, dawn: { ...dawn, selfTest: [check, { ...check, passed: false, detail: "3" }] } });
  assert.equal(wrong.of("Dawn: reduction")?.status, "warn");
  assert.match(wrong.of("Dawn: reduction")!.detail, /sumSplits: 3$/);
});

Deno.test("doctor --json prints the report and nothing else", async () => {
  const { report, text, data } = await examine({ files: [], gpu: fakePlatform({}) }, true);
  assert.equal(text, "");
  assert.deepEqual(JSON.parse(data), JSON.parse(JSON.stringify(report)));
});
