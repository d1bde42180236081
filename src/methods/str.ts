/**
 * Soft-threshold reparameterisation (Kusupati et al. 2020) inside a source, as Gadhikar et al. 2023 train it:
 * w_eff = M ⊙ sign(w) · max(|w| − σ(s), 0) with one trained scalar s a layer. Nothing asks for a density: weight decay
 * pulls s from far below 0 towards 0 until σ(s) reaches the weights, so the decay of s is the knob.
 *
 * Where the sources differ: the released code masks the effective weights and lets pruned ones decay unseen; here they are
 * zero or not stored, which computes the same. Thresholds belong to all layers of the source, the classifier among them,
 * as in the authors' networks, whose classifier is a convolution.
 */
import type { AddedParameter, Model, Parameter } from "../nn/model.ts";
import type { WeightTransform } from "../nn/transform.ts";
import { logistic } from "../ops/reference/soft_threshold.ts";
import { recordSoftThreshold, recordSoftThresholdBackward } from "../ops/soft_threshold.ts";
import { recordActiveMask } from "./active_mask.ts";
import type { Method, RunOutline } from "./method.ts";
import { type StrSettings, strSettings } from "./method_settings.ts";

/** A threshold below which no weight of a trained network will be found. */
const NO_THRESHOLD = 1e-6;

/** The threshold parameter of a layer's weight, by the name that it has in the authors' networks. */
export function thresholdName(weight: string): string {
  return `${weight.replace(/\.weight$/, "")}.sparseThreshold`;
}

/** STR inside the source that the masks are. */
export function softThresholds(settings: StrSettings = strSettings.parse({})): Method {
  return {
    name: "str",
    begin({ model, source, run }) {
      const weights = model.parameters.filter(({ maskable }) => maskable);
      const parameters = weights.map(({ name }, i): AddedParameter => ({
        index: model.parameters.length + i,
        name: thresholdName(name),
        shape: [1, 1],
        size: 1,
        init: { name: "constant", value: settings.initial },
        maskable: false,
      }));
      const thresholds = new Set(parameters.map(({ name }) => name)), norms = normParameters(model);
      return {
        masks: source,
        transforms: new Map(weights.map(({ name }) => [name, thresholdTransform(thresholdName(name))])),
        parameters,
        group: ({ name }: Parameter) => {
          if (thresholds.has(name)) return decays(settings.decay);
          return norms.has(name) ? decays(settings.normDecay) : undefined;
        },
        warnings: run ? strWarnings(settings, run) : [],
      };
    },
    recordMask(recorder, store, parameter, bits) {
      recordActiveMask(recorder, store, thresholdTransform(thresholdName(parameter.name)), parameter, bits);
    },
    destroy() {},
  };
}

/** The transform of one layer, over the scalar parameter of that name. */
export function thresholdTransform(threshold: string): WeightTransform {
  return {
    name: "soft threshold",
    recordForward: (recorder, size, operands, store) =>
      recordSoftThreshold(recorder, size, { ...operands, threshold: store.values(store.parameter(threshold)) }),
    recordBackward(recorder, size, { gradient, ...operands }, accumulate, store) {
      const parameter = store.parameter(threshold), scalar = store.values(parameter);
      const thresholdGradient = store.gradient(parameter);
      const given = gradient ?? recorder.tensor("unused gradient", 4 * size);
      const bound = { ...operands, gradient: given, threshold: scalar, thresholdGradient };
      recordSoftThresholdBackward(recorder, size, bound, accumulate);
    },
    destroy() {},
  };
}

/** A group with its own weight decay, where there is one. */
const decays = (weightDecay: number | undefined) => weightDecay === undefined ? undefined : { weightDecay };

function normParameters({ norms }: Model): Set<string> {
  return new Set(norms.flatMap(({ scale, shift }) => [scale, shift]).flatMap((parameter) => parameter?.name ?? []));
}

/**
 * Where weight decay alone takes s over a training. The loss adds nothing worth mentioning while σ(s) is below the weights:
 * its gradient has σ'(s) as a factor.
 */
export function decayedThreshold({ initial, decay }: StrSettings, run: RunOutline): number {
  const { optimizer } = run, weightDecay = decay ?? run.weightDecay;
  let s = initial, velocity = 0;
  for (let epoch = 0; epoch < run.epochs; epoch++) {
    const rate = run.learningRate(epoch);
    for (let step = 0; step < run.stepsInEpoch; step++) {
      const g = weightDecay * s;
      if (optimizer.name === "sgd") {
        velocity = optimizer.momentum * velocity + g;
        s -= rate * (optimizer.nesterov ? g + optimizer.momentum * velocity : velocity);
      } else if (optimizer.name === "adamw") s -= rate * g;
      else s -= Math.sign(g) * Math.min(rate, Math.abs(s)); // Adam's step is the sign of a steady gradient
    }
  }
  return s;
}

/** Says where no threshold can ever reach the weights: the run would train its source and prune nothing (§6, 10). */
function strWarnings(settings: StrSettings, run: RunOutline): string[] {
  const last = decayedThreshold(settings, run), { value } = logistic(last);
  if (value >= NO_THRESHOLD) return [];
  const steps = run.epochs * run.stepsInEpoch;
  return [
    `STR will prune nothing: weight decay moves s from ${settings.initial} to ${
      last.toPrecision(3)
    } in ${steps} steps, ` +
    `where the threshold σ(s) is ${value.toPrecision(2)}, below every weight; start nearer to 0 or decay the ` +
    `thresholds more (method.initial, method.decay)`,
  ];
}
