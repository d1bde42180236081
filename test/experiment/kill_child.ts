/**
 * A run in a process of its own, to be killed: trains a method's short run (resume_runs.ts) into a folder, or goes on there.
 *
 *     deno run -A test/experiment/kill_child.ts <folder> <method>
 *
 * It says "trains" when training begins and "ends <sum>" when the run is finished; the sum is over all that must be equal.
 */
import { canonicalJson } from "../../src/experiment/config_hash.ts";
import { sha256 } from "../../src/formats/sha256.ts";
import { openGpu } from "../../src/gpu/device.ts";
import { createDenoHost } from "../../src/host/deno.ts";
import type { Host } from "../../src/host/host.ts";
import type { MethodName } from "../../src/methods/names.ts";
import { configOf, METHODS, outcome, train } from "./resume_runs.ts";

const [folder, method] = Deno.args;
Deno.chdir(folder);
const host: Host = { ...createDenoHost(), environment: () => undefined };
const gpu = await openGpu(await host.backend());
let said = false;
const onStep = () => {
  if (!said) console.log("trains");
  said = true;
};
const { result } = await train(gpu, configOf(method, METHODS[method as MethodName]), host, { resume: true, onStep });
// whatever the order of keys: a run that was killed after its end is read from its file, in the schema's order
const sum = await sha256(new TextEncoder().encode(canonicalJson(await outcome(host, result))));
console.log(`ends ${sum}`);
Deno.exit(0);
