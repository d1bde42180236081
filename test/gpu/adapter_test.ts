/** Choosing among adapters, with fake `GPU` objects: no machine has all the cases. */
import { strict as assert } from "node:assert";
import { GpuError, UserError } from "../../src/errors.ts";
import { chooseAdapter, describeAdapter, listAdapters } from "../../src/gpu/adapter.ts";
import { openGpu } from "../../src/gpu/device.ts";
import { fakeAdapter, fakePlatform } from "./fake.ts";

const RADEON = fakeAdapter({ vendor: "amd", description: "AMD Radeon RX 7900" });
const INTEL = fakeAdapter({ vendor: "intel", description: "Intel UHD 770" });
const LLVMPIPE = fakeAdapter({ vendor: "mesa", description: "llvmpipe (LLVM 15, 256 bits)" });
const ALL = fakePlatform({ high: RADEON, low: INTEL, fallback: LLVMPIPE });

const chosen = async (...args: Parameters<typeof chooseAdapter>) => (await chooseAdapter(...args)).info.description;

Deno.test("every adapter is listed once, in the order of the power preference", async () => {
  const names = async (power?: "high" | "low") => (await listAdapters(ALL, power)).map(({ vendor }) => vendor);
  assert.deepEqual(await names("high"), ["amd", "intel", "mesa"]);
  assert.deepEqual(await names("low"), ["intel", "amd", "mesa"]);
  assert.deepEqual(await listAdapters(undefined), []);
});

Deno.test("an adapter is chosen by power preference, by index and by a part of its name", async () => {
  assert.equal(await chosen(ALL, { power: "high" }), "AMD Radeon RX 7900");
  assert.equal(await chosen(ALL, { power: "low" }), "Intel UHD 770");
  assert.equal(await chosen(ALL, { index: 2 }), "llvmpipe (LLVM 15, 256 bits)");
  assert.equal(await chosen(ALL, { name: "uhd" }), "Intel UHD 770");
});

Deno.test("a wish that no adapter meets is a clear message that lists what there is", async () => {
  for (const wish of [{ index: 3 }, { name: "nvidia" }]) {
    await assert.rejects(chooseAdapter(ALL, wish), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /3|nvidia/);
      assert.match(error.hint ?? "", /0: AMD Radeon.*1: Intel UHD.*2: llvmpipe/);
      return true;
    });
  }
});

Deno.test("no adapter at all is a typed error that names the doctor", async () => {
  for (const platform of [undefined, fakePlatform({}), fakePlatform({ fails: true })]) {
    await assert.rejects(chooseAdapter(platform, {}), (error) => {
      assert.ok(error instanceof GpuError);
      assert.equal(error.kind, "no-adapter");
      assert.match(error.hint ?? "", /startsparse doctor/);
      return true;
    });
  }
});

Deno.test("programs on the CPU are told from GPUs, and an unnamed adapter gets a name", () => {
  const software = (about: Parameters<typeof fakeAdapter>[0]) => describeAdapter(fakeAdapter(about)).software;
  assert.equal(software({ description: "llvmpipe (LLVM 15)" }), true);
  assert.equal(software({ vendor: "google", architecture: "swiftshader" }), true);
  assert.equal(software({ description: "Microsoft Basic Render Driver" }), true);
  assert.equal(software({ vendor: "x", isFallbackAdapter: true }), true);
  assert.equal(software({ description: "NVIDIA H200" }), false);
  const name = (about: Parameters<typeof fakeAdapter>[0]) => describeAdapter(fakeAdapter(about)).description;
  assert.equal(name({ vendor: "nvidia", architecture: "hopper" }), "nvidia hopper");
  assert.equal(name({}), "unnamed adapter");
});

Deno.test("requireGpu refuses an adapter that computes on the CPU, before a device is opened", async () => {
  const platform = fakePlatform({ high: LLVMPIPE });
  await assert.rejects(openGpu(platform, { requireGpu: true }), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /GPU is required.*llvmpipe/);
    assert.match(error.hint ?? "", /--require-gpu/);
    return true;
  });
});
