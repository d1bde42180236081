/**
 * Draws a random mask, trains the network behind it step by step, and compares packed with masked-dense storage: the
 * same mask, the same initial weights and the same batches, so only the kernels differ.
 *
 *   node scripts/deno.mjs run -A examples/train.ts [model] [rule] [density] [epochs] [images]
 *   node scripts/deno.mjs run -A examples/train.ts lab erk 0.05 2 4000
 */
import {
  buildModel,
  createDenoHost,
  loadDataset,
  makeMasks,
  maskableLayers,
  measureNormalisation,
  openGpu,
  permutation,
  RULE_NAMES,
  type RuleName,
  Session,
  UserError,
} from "../src/mod.ts";

const [model = "lab", rule = "erk", density = "0.05", epochs = "2", images = "4000"] = Deno.args;
if (!RULE_NAMES.includes(rule as RuleName)) throw new UserError(`no rule "${rule}"; rules: ${RULE_NAMES.join(", ")}`);

const SEED = 1, BATCH = 100, LEARNING_RATE = 0.05;
const host = createDenoHost();
const data = await loadDataset("fashion-mnist-10k", host);

// Masks need no GPU: they are a function of the layers' shapes and the seed.
const layers = maskableLayers(buildModel({ name: model }, data.shape, data.classes.length));
const { masks, densities, report } = makeMasks(layers, {
  rule: rule as RuleName,
  density: Number(density),
  flow: "off",
}, SEED);
report.layers.forEach(({ name, realised }, i) => {
  console.log(`${name.padEnd(18)} asked ${densities[i].toFixed(4)}  kept ${realised.toFixed(4)}`);
});
const { nominalDensity, realisedDensity, realisedComputeDensity } = report.totals;
console.log(
  `nominal ${nominalDensity}, realised ${realisedDensity.toFixed(4)}, compute ${realisedComputeDensity.toFixed(4)}`,
);

// The last 1,000 training images are kept for looking at the accuracy; the test part stays untouched here.
const trained = Math.min(Number(images), data.train.count - 1000);
const held = Uint32Array.from({ length: 1000 }, (_, i) => data.train.count - 1000 + i);
const normalisation = measureNormalisation(data.train, data.shape, Uint32Array.from({ length: trained }, (_, i) => i));

const gpu = await openGpu(host.gpu());
console.log(`\n${gpu.adapter.description}${gpu.adapter.software ? ", software adapter" : ""}`);
for (const storage of ["dense", "packed"] as const) {
  const session = new Session(gpu, {
    model: { name: model },
    input: data.shape,
    classes: data.classes.length,
    masks,
    seed: SEED,
    data: { split: data.train, normalisation },
    batch: BATCH,
    optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
    weightDecay: 5e-4,
    storage,
  });
  let milliseconds = 0, counted = 0;
  for (let epoch = 0; epoch < Number(epochs); epoch++) {
    const order = permutation(SEED, epoch, trained);
    // The first batch compiles the kernels, on some adapters at its first dispatch: it is not timed.
    const warm = epoch === 0 ? BATCH : 0;
    if (warm > 0) await session.train(order.subarray(0, warm), LEARNING_RATE);
    if (order.length === warm) continue;
    const begun = performance.now();
    const steps = await session.train(order.subarray(warm), LEARNING_RATE);
    milliseconds += performance.now() - begun;
    counted += steps.reduce((sum, step) => sum + step.images, 0);
  }
  const { accuracy } = await session.evaluate(held);
  const rate = milliseconds > 0 ? Math.round(1000 * counted / milliseconds) : 0;
  console.log(`${storage.padEnd(6)}  accuracy ${accuracy.toFixed(3)}  ${rate} images/s`);
  session.destroy();
}
gpu.close();
