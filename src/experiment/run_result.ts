/** What a finished run says about itself, `result.json`: written by the run, checked whenever it is read. */

import * as z from "zod";
import { realSchema } from "./metrics.ts";
import { FLOW_MODES } from "../masks/flow.ts";
import { RULES } from "./config_schema.ts";

const accuracy = z.number().min(0).max(1);
const density = z.number().min(0).max(1);

/** Schema of `result.json`. Accuracies and densities are fractions, epochs count from 1, times are seconds. */
export const runResultSchema = z.object({
  format: z.literal(1).default(1),
  name: z.string().describe("The run's name; its folder's last part unless it was given one."),
  configHash: z.string().regex(/^[0-9a-f]{64}$/),
  rule: z.enum(RULES),
  score: z.string().optional().describe("The score that has pruned the rule's mask before training, if any."),
  data: z.string(),
  model: z.string().describe('Name and size, for example "lab, width 16".'),
  seed: z.int().min(0),
  cell: z.string().optional().describe(
    "Of a grid: the cell and its variant, which runs that differ in their seed share.",
  ),
  variant: z.string().optional().describe("Of a grid: the variant, in which the cell's name ends."),
  mask: z.object({
    nominalDensity: density.nullable().describe("Asked for; null where the rule reads densities or masks from a list."),
    expectedDensity: density.describe("Mean over the draw, of the rule's layer densities."),
    realisedDensity: density.describe("What the mask has."),
    computeDensity: density.describe("Multiply-adds kept over dense ones."),
    flow: z.enum(FLOW_MODES).optional().describe("Flow preservation, which adds edges to what was drawn."),
  }).describe("Masks when training starts: the rule's, or what a score has left of them."),
  parameters: z.object({
    total: z.int().min(0).describe("All trained parameters of the dense network."),
    maskable: z.int().min(0).describe("Weights of convolutions and linear layers."),
    kept: z.int().min(0).describe("Maskable weights that the mask keeps."),
  }),
  neurons: z.object({ total: z.int().min(0), dead: z.int().min(0) }).optional().describe(
    "Outputs of maskable layers, and those of them on no path of kept weights from input to output, by the last mask.",
  ),
  best: z.object({ epoch: z.int().min(1), validationAccuracy: accuracy, testAccuracy: accuracy }).nullable()
    .describe("At the epoch of best validation accuracy; null without a validation split."),
  last: z.object({
    epoch: z.int().min(0),
    validationAccuracy: accuracy.nullable(),
    testAccuracy: accuracy,
    testLoss: realSchema,
    testTop5: accuracy,
  }).nullable().describe("After the last epoch; null when the run ended before its first evaluation."),
  method: z.object({
    name: z.string(),
    target: density.nullable().describe("Density that the method was to end at; null where its settings decide."),
    sourceDensity: density.describe("Realised density of the mask that the rule drew."),
    realisedDensity: density.describe("What the last mask has."),
    computeDensity: density.describe("Multiply-adds that the last mask keeps over dense ones."),
    kept: z.int().min(0).describe("Maskable weights that the last mask keeps."),
    inSource: density.describe("Share of them that lie in the source."),
    explored: density.describe("Share of all maskable weights that some mask has kept."),
    changes: z.int().min(0).describe("Records of masks after the first: how often they changed."),
    denseEpochs: z.number().min(0).describe(
      "Cost of scoring and training: images trained on times compute density of the step, and what scores and method " +
        "computed besides, in epochs of dense training.",
    ),
    scoringSeconds: z.number().min(0).describe("Wall-clock time of scoring before training."),
    trainingSeconds: z.number().min(0).describe("Wall-clock time of training, compilation and mask changes included."),
  }).optional().describe("What became of the masks, and what it cost."),
  imagesPerSecond: z.number().min(0).describe(
    "Training images over training time: compilation, evaluation and set-up left out.",
  ),
  seconds: z.number().min(0).describe("Wall-clock time of the whole run."),
  loadingSeconds: z.number().min(0).optional().describe("Time that reading the data set took, of it."),
  memory: z.object({
    device: z.number().min(0).describe("Bytes of the buffers on the device."),
    resident: z.number().min(0).nullable().describe("Resident bytes of the process at the end, where the host tells."),
  }).optional(),
  adapter: z.object({ name: z.string(), software: z.boolean() }),
  interrupted: z.boolean(),
  warnings: z.array(z.string()),
});

/** What a run ended with. */
export type RunResult = z.output<typeof runResultSchema>;
