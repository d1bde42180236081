/** Initial weights: a pure function of model and seed, the same in every engine. */
import { constant, kaimingNormal, kaimingUniform, normal, signedConstant, uniformBias } from "../random/init.ts";
import { looksLinear, pairedNormal } from "../random/orthogonal.ts";
import type { Model, Parameter } from "./model.ts";

/** The initial values of one parameter, in row-major order. */
export function initialValues(parameter: Parameter, seed: number): Float32Array {
  const { shape, index, init, size } = parameter;
  switch (init.name) {
    case "kaiming-normal":
      return kaimingNormal(shape, seed, index, { mode: init.mode });
    case "kaiming-uniform":
      return kaimingUniform(shape, seed, index);
    case "uniform-bias":
      return uniformBias(size, init.fanIn, seed, index);
    case "normal":
      return normal(shape, seed, index, init.std);
    case "signed-constant":
      return signedConstant(shape, seed, index, init.value);
    case "looks-linear":
      return looksLinear(shape, seed, index, init);
    case "paired-normal":
      return pairedNormal(size, seed, index, init.std);
    case "constant":
      return constant(shape, init.value);
  }
}

/** The initial values of every parameter by name. */
export function initialise(model: Model, seed: number): Map<string, Float32Array> {
  return new Map(model.parameters.map((parameter) => [parameter.name, initialValues(parameter, seed)]));
}
