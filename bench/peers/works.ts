/** The works by name, in groups; `--works` chooses among them. */
import { UserError } from "../../src/errors.ts";
import type { Size } from "../../src/nn/model.ts";
import { convShape, type ConvSizes } from "../../src/ops/shape.ts";
import { peerModel } from "./models.ts";
import { networkOf } from "./network.ts";
import type { ConvWorkPass, StepMask, Work } from "./work.ts";

/** A work under its name. */
export interface NamedWork {
  readonly name: string;
  readonly group: GroupName;
  readonly work: Work;
  /** Whether `--quick` has it. */
  readonly quick: boolean;
}

/** The groups: what they are, and whether they run when nothing is chosen. */
export const GROUPS = {
  conv: { description: "convolutions: forward, forward+dW, forward+dX", standard: true },
  matmul: { description: "matrix products", standard: true },
  steps: { description: "training steps of small dense networks", standard: true },
  vgg16: { description: "training steps of VGG-16 behind masks, batch 32", standard: true },
  resnet18: { description: "the same of ResNet-18", standard: false },
  "gpu-steps": {
    description: "ResNet-18 and VGG-16, batch 128, uniform and ERK, densities 1 to 0.01: for GPUs",
    standard: false,
  },
} as const;

/** A name of {@link GROUPS}. */
export type GroupName = keyof typeof GROUPS;

type Sizes = Omit<ConvSizes, "inHeight" | "inWidth"> & {
  readonly size: number;
  readonly batch: number;
};

/** conv64 is the layer that kernels are tuned on; the others are what networks have besides. */
const CONVOLUTIONS: Readonly<Record<string, Sizes>> = {
  conv64: { inChannels: 64, outChannels: 64, kernelHeight: 3, pad: 1, size: 16, batch: 128 },
  "conv-strided": { inChannels: 64, outChannels: 128, kernelHeight: 3, stride: 2, pad: 1, size: 16, batch: 64 },
  "conv-1x1": { inChannels: 128, outChannels: 256, kernelHeight: 1, size: 16, batch: 32 },
  "conv-4x4-images": { inChannels: 512, outChannels: 512, kernelHeight: 3, pad: 1, size: 4, batch: 32 },
};
const PASSES: readonly ConvWorkPass[] = ["forward", "forward+dW", "forward+dX"];
const PRODUCTS = [512, 256, 128];
const IMAGES: Size = [3, 32, 32], CLASSES = 10;

/** Every work there is, in the order they run in. */
export function listWorks(): NamedWork[] {
  return [
    ...convolutions(),
    ...products(),
    ...smallSteps(),
    ...sparseSteps("vgg16"),
    ...sparseSteps("resnet18"),
  ]
    .concat(gpuSteps());
}

function convolutions(): NamedWork[] {
  return Object.entries(CONVOLUTIONS).flatMap(
    ([name, { size, batch, ...sizes }]) => {
      const shape = convShape({ ...sizes, inHeight: size, inWidth: size });
      return PASSES.map((pass): NamedWork => {
        return {
          name: `${name}/${pass}`,
          group: "conv",
          work: { kind: "conv", shape, batch, pass },
          quick: false,
        };
      });
    },
  );
}

function products(): NamedWork[] {
  return PRODUCTS.map((n): NamedWork => {
    return {
      name: `matmul-${n}`,
      group: "matmul",
      work: { kind: "matmul", m: n, k: n, n },
      quick: n < 512,
    };
  });
}

/**
 * The small net's batch is 32: with 64 an invocation of TensorFlow.js' filter gradient loops more than 65,535 times over the
 * first layer, where llvmpipe ends loops, and its result is wrong there.
 */
function smallSteps(): NamedWork[] {
  return [
    { name: "lenet5", group: "steps", work: stepWork("lenet5", [1, 28, 28], 64, null), quick: true },
    { name: "convnet", group: "steps", work: stepWork("convnet", IMAGES, 32, null), quick: false },
  ];
}

/** What the masks of the project's claims are: single weights at 1 %, and blocks at 5 %. */
function sparseSteps(model: "vgg16" | "resnet18"): NamedWork[] {
  const masks: StepMask[] = [
    { rule: "uniform", density: 0.01, block: [1, 1] },
    { rule: "uniform", density: 0.05, block: [8, 8] },
  ];
  return masks.map((mask): NamedWork => {
    return {
      name: `${model}-${maskWords(mask)}`,
      group: model,
      work: stepWork(model, IMAGES, 32, mask),
      quick: false,
    };
  });
}

function gpuSteps(): NamedWork[] {
  const masks: (StepMask | null)[] = [null];
  for (const rule of ["uniform", "erk"] as const) {
    for (const density of [0.1, 0.05, 0.01]) {
      for (const block of [[1, 1], [8, 8]] as const) {
        masks.push({ rule, density, block });
      }
    }
  }
  return ["resnet18", "vgg16"].flatMap((model) =>
    masks.map((mask): NamedWork => {
      const words = mask === null ? "dense" : `${mask.rule}-${maskWords(mask)}`;
      return {
        name: `gpu-${model}-${words}`,
        group: "gpu-steps",
        work: stepWork(model, IMAGES, 128, mask),
        quick: false,
      };
    })
  );
}

const maskWords = ({ density, block }: StepMask) => `${density}${block[0] > 1 ? `-${block.join("x")}` : ""}`;

/** A step of a network; SGD as the tutorials of all libraries have it. */
export function stepWork(model: string, input: Size, batch: number, mask: StepMask | null): Work {
  const network = networkOf(peerModel(model, input, CLASSES));
  return { kind: "step", model, input, classes: CLASSES, batch, learningRate: 0.001, momentum: 0.9, mask, network };
}

/**
 * The works that words choose: a group, a work, or what a work's name begins with up to a "/" or "-".
 * @throws {UserError} for a word that chooses nothing
 */
export function chooseWorks(words: readonly string[] | undefined, quick = false): NamedWork[] {
  const all = listWorks();
  if (words === undefined) {
    return all.filter((work) => quick ? work.quick : GROUPS[work.group].standard);
  }
  for (const word of words) {
    if (!all.some((work) => chosenBy(work, word))) {
      const groups = Object.keys(GROUPS).join(", "),
        names = all.map(({ name }) => name);
      throw new UserError(`there is no work "${word}"`, {
        hint: `Groups: ${groups}. Works: ${
          names.filter((name) => !name.startsWith("gpu-")).join(", ")
        }; --help says more.`,
      });
    }
  }
  return all.filter((work) => words.some((word) => chosenBy(work, word)));
}

function chosenBy({ name, group }: NamedWork, word: string): boolean {
  return group === word || name === word || name.startsWith(`${word}/`) ||
    name.startsWith(`${word}-`);
}
