/** The models by name, as `model.name` in a configuration chooses them. */
import { UserError } from "../errors.ts";
import type { Model, Size } from "./model.ts";
import { resnet20 } from "./models/resnet20.ts";
import { lab, lenet5, mlp } from "./models/small.ts";
import { vgg, type VggName } from "./models/vgg.ts";

/** What a configuration says of a model. */
export interface ModelChoice {
  readonly name: string;
  /** lab: channels of the first stage (8 to 64); vgg: multiplier of all channels. */
  readonly width?: number;
  /** mlp: hidden layer widths. */
  readonly widths?: readonly number[];
}

/** A registered model: one line of what it is, which options it takes, and how it is built. */
export interface ModelEntry {
  readonly description: string;
  readonly options: readonly ("width" | "widths")[];
  build(input: Size, classes: number, choice: ModelChoice): Model;
}

const vggEntry = (name: VggName, layers: string): ModelEntry => ({
  description: `VGG with ${layers} and batch norm; width multiplies all channels`,
  options: ["width"],
  build: (input, classes, { width }) => vgg(name, input, classes, width),
});

/** Every model by name. */
export const MODELS: Readonly<Record<string, ModelEntry>> = {
  mlp: {
    description: "multi-layer perceptron, hidden widths of your choice",
    options: ["widths"],
    build: (input, classes, { widths = [300, 100] }) => mlp(input, classes, widths),
  },
  "lenet-300-100": {
    description: "perceptron with hidden layers of 300 and 100",
    options: [],
    build: (input, classes) => mlp(input, classes, [300, 100], "lenet-300-100"),
  },
  lenet5: {
    description: "two 5×5 convolutions and three linear layers, 61,706 parameters on 28×28",
    options: [],
    build: (input, classes) => lenet5(input, classes),
  },
  lab: {
    description: "four 3×3 convolutions with batch norm, 8 to 64 channels wide: small and quick",
    options: ["width"],
    build: (input, classes, { width = 16 }) => {
      if (!Number.isInteger(width) || width < 8 || width > 64) {
        throw new UserError(`model.width is ${width}, but lab takes a whole number from 8 to 64.`);
      }
      return lab(input, classes, width);
    },
  },
  resnet20: {
    description: "ResNet-20 with 16, 32 and 64 channels, 272,474 parameters on 32×32×3",
    options: [],
    build: (input, classes) => resnet20(input, classes),
  },
  vgg11: vggEntry("vgg11", "8 convolutions"),
  vgg16: vggEntry("vgg16", "13 convolutions"),
  vgg19: vggEntry("vgg19", "16 convolutions"),
};

/**
 * Builds the model that a configuration names.
 * @throws {UserError} for an unknown model, an option it does not take, or images it cannot take.
 */
export function buildModel(choice: ModelChoice, input: Size, classes: number): Model {
  const entry = MODELS[choice.name];
  if (!entry) {
    throw new UserError(`There is no model "${choice.name}".`, { hint: `Models: ${Object.keys(MODELS).join(", ")}.` });
  }
  for (const option of ["width", "widths"] as const) {
    if (choice[option] !== undefined && !entry.options.includes(option)) {
      throw new UserError(`model.${option} does not apply to ${choice.name}.`, { hint: `Leave model.${option} out.` });
    }
  }
  try {
    return entry.build(input, classes, choice);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${choice.name} cannot take images of ${input.join("×")}: ${error.message}.`, { cause: error });
  }
}
