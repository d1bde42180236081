/**
 * Gradual magnitude pruning from a dense source and from a sparse one, in a script that may be ended at any time: started
 * again, it leaves finished runs as they are and goes on with the one in hand from its last checkpoint, to the same bits.
 *
 *   node scripts/deno.mjs run -A examples/resume.ts <folder> [images] [epochs before it stops itself]
 */
import {
  continueRunStore,
  createDenoHost,
  createRunStore,
  findResumable,
  openGpu,
  parseConfig,
  run,
  type RunResult,
  UserError,
} from "../src/mod.ts";

const [folder, images = "1000", stopAfter] = Deno.args;
if (folder === undefined) throw new UserError("name a folder to write to");

const host = createDenoHost(), gpu = await openGpu(host.gpu());
let epochsLeft = stopAfter === undefined ? Infinity : Number(stopAfter);
for (const density of [1, 0.3]) {
  const config = parseConfig({
    mask: density === 1 ? { rule: "dense" } : { rule: "erk", density },
    method: { name: "gmp", density: 0.05, interval: 4 },
    model: { name: "mlp", widths: [32] },
    data: { limit: Number(images), testLimit: 500 },
    train: { epochs: 3, batch: 50 },
  }, "examples/resume.ts");
  const result = await finish(`${folder}/from-${density}`, config);
  const { method, last } = result;
  const line = `from ${density}: density ${method?.realisedDensity.toFixed(4)}, test accuracy ${last?.testAccuracy}`;
  if (result.interrupted) {
    console.log(`${line}, stopped after epoch ${last?.epoch}`);
    break;
  }
  console.log(`${line}, ${method?.denseEpochs.toFixed(2)} dense epochs`);
}
gpu.close();

/** Trains what is missing of a run. */
async function finish(to: string, config: ReturnType<typeof parseConfig>): Promise<RunResult> {
  const before = await findResumable(host, to, config, gpu.adapter);
  if (before.kind === "finished") return before.result;
  const from = before.kind === "checkpoint" ? before.found : undefined;
  const stop = new AbortController();
  return await run({
    host,
    gpu,
    config,
    name: to,
    from,
    store: () => from ? continueRunStore(host, to, from.checkpoint) : createRunStore(host, to, config, { force: true }),
    signal: stop.signal,
    onEvent: (event) => {
      if (event.kind === "epoch" && --epochsLeft === 0) stop.abort();
    },
  });
}
