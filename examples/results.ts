/**
 * Trains a few small networks from a script, puts them together over seeds, and evaluates and exports one of them: what
 * the commands run, results, report, eval and export do.
 *
 *   node scripts/deno.mjs run -A examples/results.ts <folder> [images]
 */
import {
  collectRuns,
  createDenoHost,
  createRunStore,
  evaluateRun,
  groupCollected,
  groupsMarkdown,
  openGpu,
  openTrainedNetwork,
  parseConfig,
  resultWarnings,
  rowsCsv,
  run,
  runRows,
  trainedOnnx,
  UserError,
} from "../src/mod.ts";
// Drawing brings a large library, which is why it is no part of mod.ts.
import { writeReport } from "../src/report.ts";

const [folder, images = "1000"] = Deno.args;
if (folder === undefined) throw new UserError("name a folder to write to");

const host = createDenoHost(), gpu = await openGpu(host.gpu());
for (const mask of [{ rule: "dense" }, { rule: "erk", density: 0.2 }] as const) {
  for (const seed of [1, 2, 3]) {
    const config = parseConfig({
      seed,
      mask,
      model: { name: "mlp", widths: [32] },
      data: { limit: Number(images), testLimit: 500 },
      train: { epochs: 2, batch: 50 },
    }, "examples/results.ts");
    const name = `${mask.rule}-s${seed}`, store = () => createRunStore(host, `${folder}/${name}`, config);
    await run({ host, gpu, config, store, name });
  }
}

// Means and 95 % t intervals over the seeds.
const { runs } = await collectRuns(host, [folder]);
const groups = groupCollected(runs);
console.log(groupsMarkdown(groups));
for (const warning of resultWarnings(groups)) console.log(`- ${warning}`);
await host.writeFile(`${folder}/results.csv`, rowsCsv(runRows(runs)));
const report = await writeReport(host, `${folder}/report`, {
  name: "example",
  title: "A perceptron, dense and sparse",
  description: "Small networks on a small data set: they illustrate and reproduce nothing.",
  runs,
});
console.log(`report ${report.page}`);

// The weights of one run again: the same accuracy as when it ended, and a file for other programs.
const [{ folder: first, result }] = runs;
const { accuracy } = await evaluateRun({ host, gpu, folder: first });
console.log(`${result.name}: ${result.last?.testAccuracy} when it ended, ${accuracy} evaluated again`);
const network = await openTrainedNetwork(host, first);
await host.writeFile(`${folder}/network.onnx`, trainedOnnx(network));
network.dataset.close();
gpu.close();
