/** The masks that a configuration would start from, in numbers and as a picture, without a GPU and without the data's files. */
import { datasetInfo } from "../data/info.ts";
import { type Config, parseConfig } from "../experiment/config.ts";
import { buildNetwork } from "../experiment/network.ts";
import { networkInput } from "../experiment/run_data.ts";
import type { Host } from "../host/host.ts";
import { fullMask } from "../masks/mask.ts";
import type { MaskReport } from "../masks/report.ts";
import { maskableLayers, parameterCount } from "../nn/model.ts";
import type { LayerPicture } from "./lab_types.ts";
import { picturedLayer } from "./lane_picture.ts";

/** The masks of a configuration. */
export interface DrawnMasks {
  /** Complete, with its defaults. */
  readonly config: Config;
  readonly report: MaskReport;
  /** All trained numbers of the dense network. */
  readonly parameters: number;
  /** The mask of {@link picturedLayer}. */
  readonly pictured: LayerPicture;
}

/** Checks a configuration and draws its masks. @throws UserError that says all that is wrong with it */
export async function drawMasks(host: Host, input: unknown): Promise<DrawnMasks> {
  const config = parseConfig(input, "these settings");
  const { shape, classes } = await datasetInfo(config.data.name, host);
  const { model, masks, report } = await buildNetwork(host, config, networkInput(config, shape), classes);
  const layer = picturedLayer(maskableLayers(model));
  const { bits, nnz } = masks.get(layer.name) ?? fullMask(layer.name, layer.shape);
  const pictured = { layer: layer.name, shape: [...layer.shape], bits, kept: nnz };
  return { config, report, parameters: parameterCount(model), pictured };
}
