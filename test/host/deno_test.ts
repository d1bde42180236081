import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { openDawn } from "../../src/host/dawn.ts";
import { createDenoHost } from "../../src/host/deno.ts";

const host = createDenoHost();

Deno.test("Deno host: a folder without write permission is refused", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o555);
  // An administrator may write anywhere: then there is nothing to refuse.
  if (Deno.uid() === 0) await host.makeDirectory(folder);
  else await assert.rejects(host.makeDirectory(folder), /cannot write into the folder .*: permission denied/);
  await Deno.chmod(folder, 0o755);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Deno host: data sets are found from any working folder, a missing one is one message", async () => {
  assert.match(host.datasetUrl("fashion-mnist-10k", "manifest.json"), /\/datasets\/fashion-mnist-10k\/manifest\.json$/);
  const elsewhere = createDenoHost({ datasets: new URL("file:///nowhere/datasets/") });
  await assert.rejects(elsewhere.readDataset("x", "manifest.json"), (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, /^data set x: cannot read \/.*\/x\/manifest\.json: there is no such file/);
    assert.match(error.hint ?? "", /restore/);
    return true;
  });
});

Deno.test("Deno host: the cache folder follows XDG", () => {
  const [xdg, home] = [Deno.env.get("XDG_CACHE_HOME"), Deno.env.get("HOME")];
  const restore = (name: string, value?: string) =>
    value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  try {
    Deno.env.set("HOME", "/home/someone");
    Deno.env.set("XDG_CACHE_HOME", "/var/cache/");
    assert.equal(host.cacheFolder(), "/var/cache/startsparse");
    Deno.env.set("XDG_CACHE_HOME", "relative");
    assert.equal(host.cacheFolder(), "/home/someone/.cache/startsparse");
  } finally {
    restore("XDG_CACHE_HOME", xdg);
    restore("HOME", home);
  }
});

Deno.test("Deno host: clock, environment, terminal, platform", () => {
  const before = host.milliseconds();
  assert(host.milliseconds() >= before);
  assert(Math.abs(host.now().getTime() - Date.now()) < 1000);
  assert.equal(host.environment("STARTSPARSE_NOT_SET"), undefined);
  assert(host.terminal().columns > 0);
  assert.match(host.platform().runtime, /^Deno \d/);
  assert.equal(host.gpu(), navigator.gpu);
  const memory = host.memory()!;
  assert(memory.resident > 1e6 && memory.resident < 1e12 && memory.available! > 0);
});

Deno.test("Deno host: its backends are Deno's own WebGPU, which always checks bounds, and Dawn where that loads", async () => {
  const own = await host.backend();
  assert.deepEqual([own.name, own.gpu, own.boundsChecks], ["wgpu", navigator.gpu, true]);
  await assert.rejects(host.backend({ boundsChecks: false }), UserError);
  const flags: (readonly string[])[] = [];
  const gpu = {} as GPU;
  const load = () => Promise.resolve({ create: (given: readonly string[]) => (flags.push(given), gpu) });
  const dawn = await openDawn({ boundsChecks: false }, load);
  assert.deepEqual([dawn.name, dawn.gpu, dawn.boundsChecks], ["dawn", gpu, false]);
  assert.match(dawn.noAdapter!, /VK_DRIVER_FILES=/);
  assert.match(flags[0].join(" "), /enable-dawn-features=\S*disable_robustness/);
  assert.doesNotMatch(flags[0].join(" "), /skip_validation/);
});

Deno.test("Deno host: a Dawn that is missing or does not load says which, and what to do", async () => {
  const failing = (message: string, code?: string) =>
    openDawn({ boundsChecks: true }, () => Promise.reject(Object.assign(new Error(message), { code })));
  await assert.rejects(failing("Cannot find package 'webgpu'", "ERR_MODULE_NOT_FOUND"), (error) => {
    assert(error instanceof UserError);
    assert.match(error.message, /^the backend dawn is not installed for \w+ \w+: Cannot find package/);
    assert.match(error.hint!, /npm ci --include=optional/);
    return true;
  });
  await assert.rejects(failing("libstdc++.so.6: no such file\nstack"), (error) => {
    assert(error instanceof UserError);
    assert.match(error.message, /^the backend dawn does not load on \w+ \w+: libstdc\+\+\.so\.6: no such file$/);
    return true;
  });
});

Deno.test("Deno host: an interruption reaches its handler until it is taken back", async () => {
  let calls = 0;
  const restore = host.onInterrupt(() => calls++);
  // Not SIGINT: that one ends the test runner.
  Deno.kill(Deno.pid, "SIGTERM");
  for (let i = 0; i < 100 && calls === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  restore();
  assert.equal(calls, 1);
});

Deno.test("Deno host: kept texts are files of the cache folder, or of STARTSPARSE_KEPT", async () => {
  const before = Deno.env.get("STARTSPARSE_KEPT"), folder = await Deno.makeTempDir();
  try {
    Deno.env.set("STARTSPARSE_KEPT", `${folder}/kept`);
    assert.equal(await host.kept.read("tuning/a.json"), undefined);
    await host.kept.write("tuning/a.json", "first");
    await host.kept.write("tuning/a.json", "second");
    assert.equal(host.kept.place("tuning/a.json"), `${folder}/kept/tuning/a.json`);
    assert.equal(await Deno.readTextFile(`${folder}/kept/tuning/a.json`), "second");
    assert.equal(await host.kept.read("tuning/a.json"), "second");
    Deno.env.delete("STARTSPARSE_KEPT");
    assert.equal(host.kept.place("tuning/a.json"), `${host.cacheFolder()}/tuning/a.json`);
  } finally {
    if (before === undefined) Deno.env.delete("STARTSPARSE_KEPT");
    else Deno.env.set("STARTSPARSE_KEPT", before);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Deno host: after a rename the folder's list of names goes to the disk too", async () => {
  const folder = await Deno.makeTempDir(), open = Deno.open, synced: string[] = [];
  Deno.open = async (path, options) => {
    const file = await open(path, options), sync = file.sync.bind(file);
    file.sync = () => (synced.push(String(path)), sync());
    return file;
  };
  try {
    await host.writeFile(`${folder}/a`, "content");
    assert.deepEqual(synced, [folder]);
    await host.rename(`${folder}/a`, `${folder}/b`);
    assert.deepEqual(synced, [folder, folder]);
  } finally {
    Deno.open = open;
    await Deno.remove(folder, { recursive: true });
  }
});
