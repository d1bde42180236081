/** The models by name, as `model.name` in a configuration chooses them. */
import { UserError } from "../errors.ts";
import type { Model, Size } from "./model.ts";
import { resnet, resnet18OfWidth, type ResNetName, type Stem, type WidthResNetName } from "./models/resnet.ts";
import { cifarResNet, type CifarResNetName } from "./models/resnet_cifar.ts";
import { lab, lenet5, mlp, mlpNorm } from "./models/small.ts";
import { vgg, type VggName } from "./models/vgg.ts";

/** Names of all models. */
export const MODEL_NAMES = [
  "lab",
  "mlp",
  "mlp-bn",
  "lenet-300-100",
  "lenet5",
  "vgg11",
  "vgg16",
  "vgg19",
  "resnet18",
  "resnet34",
  "resnet50",
  "resnet20",
  "resnet32",
  "resnet56",
  "resnet18-constant",
  "resnet18-increasing",
  "resnet18-capped",
] as const;

/** One of {@link MODEL_NAMES}. */
export type ModelName = (typeof MODEL_NAMES)[number];

/** What a model may be asked besides its name. */
export const MODEL_OPTIONS = ["width", "widths", "stem"] as const;

/** One of {@link MODEL_OPTIONS}. */
export type ModelOption = (typeof MODEL_OPTIONS)[number];

/** What a configuration says of a model. */
export interface ModelChoice {
  readonly name: string;
  /** What it means, and its default, is the model's ({@link ModelEntry.width}). */
  readonly width?: number;
  /** mlp and mlp-bn: hidden layer widths, input side first. */
  readonly widths?: readonly number[];
  /** resnet18, 34, 50 and the widths of resnet18: the first layers. */
  readonly stem?: Stem;
}

/** What `width` means for a model. */
export interface WidthOption {
  /** For people: what is set, in a few words. */
  readonly meaning: string;
  /** A factor of all channels, or a whole number of channels. */
  readonly unit: "factor" | "channels";
  readonly default: number;
  readonly least: number;
  readonly most: number;
}

/** A registered model: one line of what it is, which options it takes, and how it is built. */
export interface ModelEntry {
  readonly description: string;
  readonly options: readonly ModelOption[];
  /** Where `options` has width. */
  readonly width?: WidthOption;
  /** Options that are left out take their defaults. */
  build(input: Size, classes: number, choice: Omit<ModelChoice, "name">): Model;
}

const MOST_WIDTH = 1024;
const factor: WidthOption = {
  meaning: "factor of all channels",
  unit: "factor",
  default: 1,
  least: 0,
  most: MOST_WIDTH,
};
const channels = (meaning: string, start: number, least: number, most: number): WidthOption => {
  return { meaning, unit: "channels", default: start, least, most };
};

const vggEntry = (name: VggName, layers: string): ModelEntry => ({
  description: `VGG with ${layers} and batch norm`,
  options: ["width"],
  width: factor,
  build: (input, classes, { width }) => vgg(name, input, classes, width),
});

const resnetEntry = (name: ResNetName, blocks: string): ModelEntry => ({
  description: `${name.replace("resnet", "ResNet-")}, ${blocks}, no bias in the classifier`,
  options: ["width", "stem"],
  width: factor,
  build: (input, classes, { width, stem }) => resnet(name, input, classes, stem, width),
});

const cifarResNetEntry = (name: CifarResNetName, blocks: number): ModelEntry => ({
  description: `${name.replace("resnet", "ResNet-")}: 3 stages of ${blocks} blocks with 16, 32 and 64 channels`,
  options: ["width"],
  width: factor,
  build: (input, classes, { width }) => cifarResNet(name, input, classes, width),
});

const widthEntry = (name: WidthResNetName, description: string, width: WidthOption): ModelEntry => ({
  description,
  options: ["width", "stem"],
  width,
  build: (input, classes, choice) => resnet18OfWidth(name, input, classes, choice.width ?? width.default, choice.stem),
});

const LAB_WIDTH = channels("channels of the first stage", 16, 8, 64);

/** Every model by name. */
export const MODELS: Readonly<Record<ModelName, ModelEntry>> = {
  lab: {
    description: "four 3×3 convolutions with batch norm: small and quick",
    options: ["width"],
    width: LAB_WIDTH,
    build: (input, classes, { width = LAB_WIDTH.default }) => lab(input, classes, width),
  },
  mlp: {
    description: "multi-layer perceptron, hidden widths of your choice",
    options: ["widths"],
    build: (input, classes, { widths = [300, 100] }) => mlp(input, classes, widths),
  },
  "mlp-bn": {
    description: "perceptron with batch norm behind each ReLU, for tables; hidden widths of your choice",
    options: ["widths"],
    build: (input, classes, { widths = [256, 256, 256] }) => mlpNorm(input, classes, widths),
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
  vgg11: vggEntry("vgg11", "8 convolutions"),
  vgg16: vggEntry("vgg16", "13 convolutions"),
  vgg19: vggEntry("vgg19", "16 convolutions"),
  resnet18: resnetEntry("resnet18", "8 blocks of two 3×3 convolutions"),
  resnet34: resnetEntry("resnet34", "16 blocks of two 3×3 convolutions"),
  resnet50: resnetEntry("resnet50", "16 bottlenecks"),
  resnet20: cifarResNetEntry("resnet20", 3),
  resnet32: cifarResNetEntry("resnet32", 5),
  resnet56: cifarResNetEntry("resnet56", 9),
  "resnet18-constant": widthEntry(
    "resnet18-constant",
    "ResNet-18 with as many channels in all four stages",
    channels("channels of every stage", 64, 1, MOST_WIDTH),
  ),
  "resnet18-increasing": widthEntry(
    "resnet18-increasing",
    "ResNet-18 that doubles its channels at each stage, from a first stage of your choice",
    channels("channels of the first stage", 64, 1, MOST_WIDTH),
  ),
  "resnet18-capped": widthEntry(
    "resnet18-capped",
    "ResNet-18 with no stage wider than a cap; the paper's code has caps of 64, 96, 128, 192, 224, 256 and 320, " +
      "the stages that it cuts are taken to be 64, 128, 256 and 512",
    channels("most channels of a stage", 256, 1, 512),
  ),
};

/**
 * Builds the model that a configuration names.
 * @throws {UserError} for an unknown model, an option it does not take, or images it cannot take.
 */
export function buildModel(choice: ModelChoice, input: Size, classes: number): Model {
  const { name } = choice;
  if (!isModelName(name)) {
    throw new UserError(`There is no model "${name}".`, { hint: `Models: ${MODEL_NAMES.join(", ")}.` });
  }
  const entry = MODELS[name];
  for (const option of MODEL_OPTIONS) {
    if (choice[option] !== undefined && !entry.options.includes(option)) {
      throw new UserError(`model.${option} does not apply to ${name}.`, { hint: `Leave model.${option} out.` });
    }
  }
  if (entry.width && choice.width !== undefined) checkWidth(name, entry.width, choice.width);
  try {
    return entry.build(input, classes, choice);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${name} cannot take images of ${input.join("×")}: ${error.message}.`, { cause: error });
  }
}

/** Whether a model has this name. */
export function isModelName(name: string): name is ModelName {
  return (MODEL_NAMES as readonly string[]).includes(name);
}

function checkWidth(name: ModelName, { unit, least, most, meaning }: WidthOption, width: number): void {
  const whole = unit === "channels";
  const inside = whole ? Number.isInteger(width) && width >= least : width > least;
  if (inside && width <= most) return;
  const wanted = whole ? `a whole number from ${least} to ${most}` : `a number above ${least}, up to ${most}`;
  throw new UserError(`model.width is ${width}, but ${name} takes ${wanted} (${meaning}).`);
}
