/**
 * The paper's networks: counts of every row of its table, names, shapes and order against PyTorch's modules
 * (test/golden/shapes.py), and the golden densities on the networks themselves.
 */
import { strict as assert } from "node:assert";
import { layerSize, totalSize } from "../../src/masks/layer.ts";
import { expectedComputeDensity, expectedDensity } from "../../src/masks/report.ts";
import { dimensionSum } from "../../src/masks/rules/erk.ts";
import { ruleDensities, type RuleName } from "../../src/masks/rules/registry.ts";
import { maskableLayers, type Model, parameterCount, type Size } from "../../src/nn/model.ts";
import { buildModel, type ModelChoice } from "../../src/nn/registry.ts";

const COLOUR: Size = [3, 32, 32], TINY: Size = [3, 64, 64], LARGE: Size = [3, 224, 224];

/** Maskable tensors, their weights, scales and shifts of batch norm, biases, all. */
type Counts = [tensors: number, maskable: number, norms: number, biases: number, total: number];

function countsOf(model: Model): Counts {
  const layers = maskableLayers(model);
  const norms = model.norms.reduce((sum, { scale, shift }) => sum + (scale?.size ?? 0) + (shift?.size ?? 0), 0);
  const ofNorms = new Set(model.norms.flatMap(({ scale, shift }) => [scale?.name, shift?.name]));
  const biases = model.parameters.filter(({ name, maskable }) => !maskable && !ofNorms.has(name));
  return [
    layers.length,
    totalSize(layers),
    norms,
    biases.reduce((sum, { size }) => sum + size, 0),
    parameterCount(model),
  ];
}

const TABLE: [ModelChoice, Size, number, Counts][] = [
  [{ name: "vgg16" }, COLOUR, 10, [14, 14_715_584, 8_448, 10, 14_724_042]],
  [{ name: "vgg16" }, COLOUR, 100, [14, 14_761_664, 8_448, 100, 14_770_212]],
  [{ name: "vgg19" }, COLOUR, 10, [17, 20_024_000, 11_008, 10, 20_035_018]],
  [{ name: "vgg19" }, COLOUR, 100, [17, 20_070_080, 11_008, 100, 20_081_188]],
  [{ name: "vgg19" }, TINY, 200, [17, 20_121_280, 11_008, 200, 20_132_488]],
  [{ name: "resnet18" }, COLOUR, 10, [21, 11_164_352, 9_600, 0, 11_173_952]],
  [{ name: "resnet18" }, COLOUR, 100, [21, 11_210_432, 9_600, 0, 11_220_032]],
  [{ name: "resnet50" }, COLOUR, 10, [54, 23_467_712, 53_120, 0, 23_520_832]],
  [{ name: "resnet50" }, COLOUR, 100, [54, 23_652_032, 53_120, 0, 23_705_152]],
  [{ name: "resnet50", stem: "imagenet" }, TINY, 200, [54, 23_864_512, 53_120, 0, 23_917_632]],
  [{ name: "resnet50" }, LARGE, 200, [54, 23_864_512, 53_120, 0, 23_917_632]],
  [{ name: "resnet50" }, LARGE, 1000, [54, 25_502_912, 53_120, 0, 25_556_032]],
  [{ name: "resnet20" }, COLOUR, 10, [22, 270_896, 1_568, 10, 272_474]],
];

Deno.test("every row of the paper's table of networks has its counts", () => {
  for (const [choice, input, classes, expected] of TABLE) {
    const model = buildModel(choice, input, classes);
    assert.deepEqual(countsOf(model), expected, `${choice.name}, ${classes} classes`);
    assert.equal(model.classes, classes);
  }
});

/** A network of model-shapes.json. */
interface ShapesCase {
  choice: ModelChoice;
  /** PyTorch's state dictionary for images of three channels, without counters of batches. */
  state: Record<string, number[]>;
  images: { image: [number, number, number]; positions: number[] }[];
}

const CASES: ShapesCase[] = JSON.parse(
  await Deno.readTextFile(new URL("../golden/model-shapes.json", import.meta.url)),
);

/** Names and shapes as a PyTorch module with these parameters would list them. */
function stateOf(model: Model): [string, number[]][] {
  return model.parameters.flatMap(({ name, shape }): [string, number[]][] => {
    const norm = model.norms.find(({ shift }) => shift?.name === name);
    const statistics = norm ? ["running_mean", "running_var"] : [];
    return [[name, [...shape]], ...statistics.map((end): [string, number[]] => [`${norm!.name}.${end}`, [...shape]])];
  });
}

for (const { choice, state, images } of CASES) {
  const options = Object.entries(choice).slice(1).map((option) => option.join(" "));
  Deno.test(`${[choice.name, ...options].join(", ")}: names, shapes, order and positions are PyTorch's`, () => {
    for (const { image, positions } of images) {
      const model = buildModel(choice, image, 10);
      const expected = Object.entries(state);
      const [first, [out, , height, width]] = expected[0];
      expected[0] = [first, [out, image[0], height, width]];
      assert.deepEqual(stateOf(model), expected, image.join("×"));
      assert.deepEqual(maskableLayers(model).map((layer) => layer.positions), positions, image.join("×"));
    }
  });
}

Deno.test("the stem changes by itself at 128 pixels", () => {
  const kernel = (input: Size, choice: Partial<ModelChoice> = {}) =>
    buildModel({ name: "resnet18", ...choice }, input, 10).parameters[0].shape[2];
  assert.deepEqual([COLOUR, TINY, LARGE].map((input) => kernel(input)), [3, 3, 7]);
  assert.deepEqual([kernel([3, 127, 127]), kernel([3, 128, 128]), kernel([3, 128, 96])], [3, 7, 3]);
  assert.deepEqual([kernel(LARGE, { stem: "cifar" }), kernel(TINY, { stem: "imagenet" })], [3, 7]);
  assert.equal(kernel(LARGE, { stem: "auto" }), 7);
});

Deno.test("widths: factors of 1 and defaults are the plain network, and no layer loses its last channel", () => {
  const shapes = (choice: ModelChoice) => buildModel(choice, COLOUR, 10).parameters.map(({ shape }) => shape);
  for (const name of ["vgg11", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "resnet20", "resnet56"]) {
    assert.deepEqual(shapes({ name, width: 1 }), shapes({ name }), name);
    assert(shapes({ name, width: 0.001 }).flat().every((extent) => extent >= 1), name);
    assert.equal(shapes({ name, width: 0.001 })[0][0], 1, name);
  }
  const resnet18 = totalSize(maskableLayers(buildModel({ name: "resnet18" }, COLOUR, 10)));
  const weights = (name: string, width: number) => totalSize(maskableLayers(buildModel({ name, width }, COLOUR, 10)));
  assert.equal(weights("resnet18-increasing", 64), resnet18);
  assert.equal(weights("resnet18-capped", 512), resnet18);
  assert.equal(weights("resnet18-capped", 64), weights("resnet18-constant", 64));
  const constant = buildModel({ name: "resnet18-constant" }, COLOUR, 10);
  // 16 convolutions of 64·64·9, three projections at the stages' strides, stem and classifier
  assert.equal(weights("resnet18-constant", 64), 16 * 36_864 + 3 * 4_096 + 1_728 + 640);
  assert.deepEqual(constant.parameters.at(-1)!.shape, [10, 64, 1, 1]);
});

/** Equal as far as the golden value was printed. */
function assertDigits(value: number, expected: number, digits: number, what: string) {
  assert(Math.abs(value - expected) <= 0.5000001 * 10 ** -digits, `${what}: ${value}, expected ${expected}`);
}

/** The proportionality factor of an ERK rule, from the first layer that it does not fill. */
function erkFactor(layers: ReturnType<typeof maskableLayers>, densities: number[]): number {
  const l = densities.findIndex((p) => p < 1);
  return densities[l] * layerSize(layers[l]) / dimensionSum(layers[l].shape);
}

Deno.test("golden densities of ResNet-18 on 32×32: every rule, as the hand-made shapes of test/masks have them", () => {
  const layers = maskableLayers(buildModel({ name: "resnet18" }, COLOUR, 10));
  const at = (rule: RuleName, p: number) => ruleDensities(rule, layers, p);
  const mean = (rule: RuleName, p: number) => expectedDensity(layers, at(rule, p));
  const full = (rule: RuleName, p: number) => at(rule, p).flatMap((q, l) => q === 1 ? [l] : []);
  for (
    const [p, epsilon, dense, str, balanced, partial, base] of [
      [.5, 820.382429, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 17, 20], .388625, .265934, .420582, .95862621],
      [.2, 280.702945, [0, 1, 2, 3, 4, 7, 12, 17, 20], .174073, .138380, .181553, .90403102],
      [.1, 131.961867, [0, 7, 12, 20], .091611, .079395, .093188, .86204095],
      [.01, 12.172725, [20], .009896, .009661, .009952, .69838034],
    ] as const
  ) {
    assertDigits(erkFactor(layers, at("erk", p)), epsilon, 6, `epsilon at ${p}`);
    assert.deepEqual(full("erk", p), [...dense]);
    assertDigits(mean("erk-str", p), str, 6, `STR's ERK at ${p}`);
    assertDigits(mean("balanced", p), balanced, 6, `balanced at ${p}`);
    assertDigits(mean("balanced-partial", p), partial, 6, `balanced-partial at ${p}`);
    assertDigits(at("pyramidal", p)[0], base, 8, `pyramidal base at ${p}`);
  }
});

Deno.test("golden densities of VGG-16 on 32×32", () => {
  const layers = maskableLayers(buildModel({ name: "vgg16" }, COLOUR, 10));
  for (
    const [p, epsilon, str, balanced, base] of [
      [.5, 976.721839, .445584, .323756, .93280634],
      [.1, 184.379456, .093497, .079409, .78374272],
      [.01, 17.716832, .009737, .009037, .57618412],
    ]
  ) {
    const mean = (rule: RuleName) => expectedDensity(layers, ruleDensities(rule, layers, p));
    assertDigits(erkFactor(layers, ruleDensities("erk", layers, p)), epsilon, 6, `epsilon at ${p}`);
    assertDigits(mean("erk-str"), str, 6, `STR's ERK at ${p}`);
    assertDigits(mean("balanced"), balanced, 6, `balanced at ${p}`);
    assertDigits(ruleDensities("pyramidal", layers, p)[0], base, 8, `pyramidal base at ${p}`);
  }
});

Deno.test("golden factors of STR's ERK, in whose code the classifier is a 1×1 convolution", () => {
  const inStr = (name: string, classes: number) =>
    maskableLayers(buildModel({ name }, COLOUR, classes)).map((layer) =>
      layer.name === "classifier.weight" ? { ...layer, shape: [...layer.shape, 1, 1] } : layer
    );
  for (
    const [layers, p, factor, density] of [
      [inStr("resnet18", 10), .3, 361.111116, .248918],
      [inStr("resnet18", 10), .2, 240.740744, .174039],
      [inStr("resnet18", 10), .01, 12.037037, .009894],
      [inStr("resnet50", 100), .3, 138.006605, .280366],
      [inStr("resnet50", 100), .2, 92.004403, .195981],
    ] as const
  ) {
    const densities = ruleDensities("erk-str", layers, p);
    assertDigits(erkFactor(layers, densities), factor, 6, `factor at ${p}`);
    assertDigits(expectedDensity(layers, densities), density, 6, `density at ${p}`);
  }
});

Deno.test("compute densities of VGG-16 and ResNet-18 at .1 and .01", () => {
  for (
    const [name, p, expected] of [
      ["vgg16", .1, { uniform: .1, erk: .2435, balanced: .3569, pyramidal: .2581 }],
      ["vgg16", .01, { uniform: .01, erk: .0271, balanced: .0657, pyramidal: .0811 }],
      ["resnet18", .1, { uniform: .1, erk: .2482, balanced: .4128, pyramidal: .2900 }],
      ["resnet18", .01, { uniform: .01, erk: .0252, balanced: .0585, pyramidal: .1030 }],
    ] as const
  ) {
    const layers = maskableLayers(buildModel({ name }, COLOUR, 10));
    for (const rule of ["uniform", "erk", "balanced", "pyramidal"] as const) {
      const compute = expectedComputeDensity(layers, ruleDensities(rule, layers, p));
      assertDigits(compute, expected[rule], 4, `${name}, ${rule} at ${p}`);
    }
  }
});
