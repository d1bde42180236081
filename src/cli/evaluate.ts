/** `startsparse eval`: loss and accuracy of what a run has trained, computed again from its weights. */
import { formatInteger, formatLoss, formatPercent } from "../experiment/results_numbers.ts";
import { readRun } from "../experiment/run_reader.ts";
import type { RunImages } from "../experiment/run_data.ts";
import { writeSafetensors } from "../formats/safetensors.ts";
import type { Host } from "../host/host.ts";
import { checkFolder, type DeviceChoice, withDevice } from "./context.ts";
import { EngineClient } from "./engine.ts";
import { jsonText, openOutput } from "./output.ts";
import { alignColumns } from "./text.ts";

/** Options of the command. */
export interface EvaluateOptions extends DeviceChoice {
  split: keyof RunImages;
  /** File that the logits of every image go to. */
  logits?: string;
  json?: boolean;
}

/** Evaluates a run's network. @returns the exit status */
export async function evaluateCommand(host: Host, given: string, options: EvaluateOptions): Promise<number> {
  const folder = checkFolder(given), output = openOutput({ json: options.json });
  const config = withDevice((await readRun(host, folder)).config, options), engine = new EngineClient(output, "");
  try {
    await engine.open(config.device);
    const logits = options.logits !== undefined;
    const evaluation = await engine.evaluate({ folder, split: options.split, logits, device: config.device });
    const { split, images, loss, accuracy, top5, indices } = evaluation;
    if (options.logits !== undefined) {
      const rows = evaluation.logits!, shape = [images, rows.length / images];
      const file = writeSafetensors(
        new Map([
          ["logits", { dtype: "F32" as const, shape, data: rows as Float32Array<ArrayBuffer> }],
          ["samples", { dtype: "U32" as const, shape: [images], data: indices as Uint32Array<ArrayBuffer> }],
        ]),
        { split },
      );
      await host.writeFile(options.logits, file);
    }
    const lines: [string, string][] = [
      [split, `${formatInteger(images)} images`],
      ["loss", formatLoss(loss)],
      ["accuracy", `${formatPercent(accuracy)} %`],
      ["top 5", `${formatPercent(top5)} %`],
    ];
    if (options.logits !== undefined) lines.push(["logits", options.logits]);
    for (const line of alignColumns(lines)) output.say(line);
    if (options.json) output.data(jsonText({ format: 1, folder, split, images, loss, accuracy, top5 }));
    return 0;
  } finally {
    engine.close();
  }
}
