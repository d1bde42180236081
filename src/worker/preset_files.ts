/** The presets that a page offers as grids, as files: those of the command line, word by word. */
import { createDroppedFiles } from "../host/dropped_files.ts";
import type { ReadFiles } from "../host/host.ts";
import lab from "../../presets/lab.yaml" with { type: "text" };
import base from "../../presets/mini/base.yaml" with { type: "text" };
import dst from "../../presets/mini/dst.yaml" with { type: "text" };
import edgePopup from "../../presets/mini/edge-popup.yaml" with { type: "text" };
import erRatios from "../../presets/mini/er-ratios.yaml" with { type: "text" };
import erScores from "../../presets/mini/er-scores.yaml" with { type: "text" };
import flow from "../../presets/mini/flow.yaml" with { type: "text" };
import imp from "../../presets/mini/imp.yaml" with { type: "text" };
import str from "../../presets/mini/str.yaml" with { type: "text" };

/** The folder that they lie in. */
export const PRESETS = "presets";

const TEXTS: Readonly<Record<string, string>> = {
  lab,
  "mini/base": base,
  "mini/er-ratios": erRatios,
  "mini/flow": flow,
  "mini/er-scores": erScores,
  "mini/imp": imp,
  "mini/dst": dst,
  "mini/str": str,
  "mini/edge-popup": edgePopup,
};

/** The files, in the folder {@link PRESETS}. */
export function presetFiles(): ReadFiles {
  return createDroppedFiles(
    Object.entries(TEXTS).map(([name, text]) => ({
      path: `${PRESETS}/${name}.yaml`,
      content: new TextEncoder().encode(text),
    })),
  );
}
