/** Initial weights: a pure function of model and seed, the same in every engine. */
import {
  constant,
  kaimingNormal,
  kaimingUniform,
  mixedNormal,
  normal,
  positiveUniform,
  signedConstant,
  uniformBias,
} from "../random/init.ts";
import { looksLinear, pairedNormal } from "../random/orthogonal.ts";
import type { Init, Model, Parameter } from "./model.ts";

/** The initial values of one parameter, in row-major order. */
export function initialValues(parameter: Parameter, seed: number): Float32Array {
  const { shape, index, init, size } = parameter;
  switch (init.name) {
    case "kaiming-normal":
      return kaimingNormal(shape, seed, index, { mode: init.mode, density: init.density });
    case "kaiming-uniform":
      return kaimingUniform(shape, seed, index, { density: init.density });
    case "uniform-bias":
      return uniformBias(size, init.fanIn, seed, index);
    case "normal":
      return normal(shape, seed, index, init.std);
    case "positive-uniform":
      return positiveUniform(shape, seed, index, init.most);
    case "mixed-normal":
      return mixedNormal(shape, seed, index, init);
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

/**
 * The initial values of every parameter by name.
 * @param inits what starts in another way than the model says, by name
 */
export function initialise(model: Model, seed: number, inits?: ReadonlyMap<string, Init>): Map<string, Float32Array> {
  return new Map(model.parameters.map((parameter) => {
    const { name, init } = parameter;
    return [name, initialValues({ ...parameter, init: inits?.get(name) ?? init }, seed)];
  }));
}
