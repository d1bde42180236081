/** `startsparse export`: a run for other programs: ONNX, TensorBoard. */
import { UserError } from "../errors.ts";
import { runEvents } from "../experiment/export_events.ts";
import { trainedOnnx } from "../experiment/export_onnx.ts";
import { openTrainedNetwork } from "../experiment/trained_network.ts";
import { type Host, joinPath } from "../host/host.ts";
import { checkFolder } from "./context.ts";
import { openOutput } from "./output.ts";

/** Options of the command: where each form goes. */
export interface ExportOptions {
  /** An .onnx file. */
  onnx?: string;
  /** A folder of event files. */
  tensorboard?: string;
}

/** Writes what is asked for. @returns the exit status */
export async function exportCommand(host: Host, given: string, options: ExportOptions): Promise<number> {
  if (options.onnx === undefined && options.tensorboard === undefined) {
    throw new UserError("nothing to export to", { hint: "Name a form: --onnx net.onnx or --tensorboard logs" });
  }
  const folder = checkFolder(given), output = openOutput();
  const network = await openTrainedNetwork(host, folder);
  try {
    if (options.onnx !== undefined) {
      await host.writeFile(options.onnx, trainedOnnx(network));
      output.say(`onnx         ${options.onnx}`);
    }
    if (options.tensorboard !== undefined) {
      const { run } = network, name = run.result?.name ?? folder.split("/").at(-1)!;
      // TensorBoard shows a run for each folder, and reads every file in it whose name has tfevents
      const place = joinPath(checkFolder(options.tensorboard), name);
      await host.makeDirectory(place);
      const path = joinPath(place, "events.out.tfevents.0.startsparse");
      await host.writeFile(path, runEvents(run, network));
      output.say(`tensorboard  ${path}`);
    }
    return 0;
  } finally {
    network.dataset.close();
  }
}
