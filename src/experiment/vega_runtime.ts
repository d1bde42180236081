/**
 * The parts of Vega that charts here are made of: 142 kB in a page where all of Vega is 195 kB. Transforms of maps, trees,
 * forces, regressions and label placement are left out.
 */
import type * as vega from "vega";
import { transforms } from "vega-dataflow";
import * as encodeTransforms from "vega-encode";
import { parse as parseSpec } from "vega-parser";
import { textMetrics as metrics } from "vega-scenegraph";
import * as dataTransforms from "vega-transforms";
import { View as RuntimeView } from "vega-view";
import * as viewTransforms from "vega-view-transforms";

Object.assign(transforms, dataTransforms, viewTransforms, encodeTransforms);

// The parts have no types of their own; these are those of the whole.
/** Makes a dataflow of a specification. */
export const parse = parseSpec as unknown as typeof vega.parse;
/** Runs a dataflow. */
export const View = RuntimeView as unknown as typeof vega.View;
/** How text is measured; missing in Vega's types. */
export const textMetrics = metrics as unknown as { canvas(use: boolean): void };
