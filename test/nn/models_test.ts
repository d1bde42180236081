import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { reachesOutput } from "../../src/masks/connectivity.ts";
import { emptyMask, fullMask, type Mask } from "../../src/masks/mask.ts";
import { layerSize } from "../../src/masks/layer.ts";
import { expectedComputeDensity, expectedDensity, reportMasks } from "../../src/masks/report.ts";
import { ruleDensities } from "../../src/masks/rules/registry.ts";
import { ModelBuilder } from "../../src/nn/builder.ts";
import { fusedRelus } from "../../src/nn/forward.ts";
import { liveNodes, maskableLayers, type Model, parameterCount, type Size } from "../../src/nn/model.ts";
import { buildModel, MODEL_NAMES, type ModelChoice, type ModelName, MODELS } from "../../src/nn/registry.ts";
import { VGG16_C10 } from "../masks/shapes.ts";

const COLOUR: Size = [3, 32, 32], GREY: Size = [1, 28, 28];

const build = (name: string, input = COLOUR, classes = 10, choice: Partial<ModelChoice> = {}) =>
  buildModel({ name, ...choice }, input, classes);
const masksOf = (model: Model) =>
  new Map<string, Mask>(maskableLayers(model).map(({ name, shape }) => [name, fullMask(name, shape)]));

/** model, images, classes, [all parameters, maskable ones, maskable tensors] */
const COUNTS: [string, Size, number, [number, number, number], Partial<ModelChoice>?][] = [
  ["resnet20", COLOUR, 10, [272_474, 270_896, 22]],
  ["lenet5", GREY, 10, [61_706, 61_470, 5]],
  ["lenet-300-100", GREY, 10, [266_610, 266_200, 3]],
  ["lab", GREY, 10, [8_610, 8_456, 5], { width: 8 }],
  // the paper's notebook: weights of 4096 + 65536 + 65536 + 512, biases, scales and shifts
  ["mlp-bn", [16, 1, 1], 2, [135_680 + 770 + 1536, 135_680, 4]],
];

// The paper's own networks: models_paper_test.ts.
Deno.test("the small models have the parameters that their sources count", () => {
  for (const [name, input, classes, expected, choice] of COUNTS) {
    const model = build(name, input, classes, choice);
    const layers = maskableLayers(model);
    const found = [parameterCount(model), layers.reduce((sum, layer) => sum + layerSize(layer), 0), layers.length];
    assert.deepEqual(found, expected, `${name}, ${classes} classes`);
    assert.equal(model.classes, classes);
    assert.deepEqual(model.parameters.map(({ index }) => index), model.parameters.map((_, i) => i));
    assert.equal(new Set(model.parameters.map(({ name }) => name)).size, model.parameters.length, "names are unique");
  }
});

Deno.test("the perceptron for tables normalises behind its ReLUs", () => {
  const ops = build("mlp-bn", [16, 1, 1], 2, { widths: [8, 4] }).nodes.map(({ op }) => op);
  const hidden = ["conv", "relu", "batchNorm"];
  assert.deepEqual(ops.filter((op) => op !== "flatten"), ["input", ...hidden, ...hidden, "conv"]);
});

Deno.test("only weights of convolutions and linear layers are maskable", () => {
  for (const name of Object.keys(MODELS)) {
    for (const { name: parameter, maskable, shape } of build(name).parameters) {
      assert.equal(maskable, shape.length > 1, `${name}: ${parameter}`);
    }
  }
});

Deno.test("ResNet-20 registers a block's projection after its second norm, as PyTorch does", () => {
  const names = build("resnet20").parameters.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 3), ["conv.weight", "bn.weight", "bn.bias"]);
  const at = names.indexOf("blocks.3.conv1.weight");
  assert.deepEqual(names.slice(at, at + 9), [
    "blocks.3.conv1.weight",
    "blocks.3.bn1.weight",
    "blocks.3.bn1.bias",
    "blocks.3.conv2.weight",
    "blocks.3.bn2.weight",
    "blocks.3.bn2.bias",
    "blocks.3.shortcut.0.weight",
    "blocks.3.shortcut.1.weight",
    "blocks.3.shortcut.1.bias",
  ]);
  assert.deepEqual(names.filter((name) => name.includes("shortcut.0")), [
    "blocks.3.shortcut.0.weight",
    "blocks.6.shortcut.0.weight",
  ]);
  assert.deepEqual(names.slice(-2), ["fc.weight", "fc.bias"]);
});

Deno.test("VGG's modules are numbered as PyTorch numbers them", () => {
  const layers = maskableLayers(build("vgg16")).map(({ name }) => name);
  // conv, norm and ReLU count three modules, a pool one
  const convolutions = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40];
  assert.deepEqual(layers, [...convolutions.map((i) => `features.${i}.weight`), "classifier.weight"]);
  assert.deepEqual(build("vgg16").norms.map(({ name }) => name), convolutions.map((i) => `features.${i + 1}`));
});

Deno.test("positions: VGG-16's layers are those that the golden values are of, and cost what they should", () => {
  const layers = maskableLayers(build("vgg16"));
  const sizes = (of: typeof layers) => of.map(({ shape, positions }) => ({ shape, positions }));
  assert.deepEqual(sizes(layers), sizes(VGG16_C10));
  for (const [rule, compute] of [["uniform", 0.1], ["erk", 0.2435]] as const) {
    const densities = ruleDensities(rule, layers, 0.1, {});
    const { totals } = reportMasks(layers, densities, [...masksOf(build("vgg16")).values()], 0.1);
    assert(Math.abs(totals.expectedComputeDensity - compute) < 5e-5, `${rule}: ${totals.expectedComputeDensity}`);
    assert.equal(totals.expectedComputeDensity, expectedComputeDensity(layers, densities));
    assert(Math.abs(expectedDensity(layers, densities) - 0.1) < 1e-9);
    assert.equal(totals.realisedComputeDensity, 1, "the masks given keep everything");
  }
});

Deno.test("a choice that a model cannot take is the user's mistake, and named", () => {
  const cases: [() => Model, RegExp][] = [
    [() => build("lab", GREY, 10, { width: 7 }), /model\.width is 7.*8 to 64/],
    [() => build("lab", GREY, 10, { width: 9.5 }), /9\.5/],
    [() => build("lab", GREY, 10, { widths: [4] }), /model\.widths does not apply to lab/],
    [() => build("lenet5", GREY, 10, { width: 2 }), /model\.width does not apply to lenet5/],
    [() => build("vgg16", COLOUR, 10, { stem: "cifar" }), /model\.stem does not apply to vgg16/],
    [() => build("vgg16", COLOUR, 10, { width: 0 }), /model\.width is 0, but vgg16 takes a number above 0.*factor/],
    [() => build("resnet18", COLOUR, 10, { width: NaN }), /model\.width is NaN/],
    [() => build("resnet18-constant", COLOUR, 10, { width: 0.5 }), /width is 0\.5.*whole number from 1.*every stage/],
    [() => build("resnet18-capped", COLOUR, 10, { width: 513 }), /width is 513.*from 1 to 512/],
    [() => build("resnet18", [16, 1, 1]), /resnet18 cannot take images of 16×1×1/],
    [() => build("resnet18", [3, 16, 16], 10, { stem: "imagenet" }), /resnet18 with the imagenet stem cannot take/],
    [() => build("resnet20", [3, 2, 2]), /resnet20 cannot take images of 3×2×2/],
    [() => build("lab", [1, 4, 4]), /lab cannot take images of 1×4×4/],
    [() => build("vgg16", [1, 8, 8]), /vgg16 cannot take images of 1×8×8/],
    [() => build("vgg16", [3, 32, 16]), /vgg16 cannot take images of 3×32×16/],
    [() => build("lenet5", [1, 4, 4]), /lenet5 cannot take images of 1×4×4/],
    [() => build("vgg17"), /no model "vgg17"/],
  ];
  for (const [act, message] of cases) {
    assert.throws(act, (error) => error instanceof UserError && message.test(error.message), String(message));
  }
});

Deno.test("every model takes its images from a smallest size on, and every option that it names", () => {
  const smallest: Partial<Record<ModelName, number>> = { vgg11: 16, vgg16: 16, vgg19: 16, lenet5: 12 };
  for (const name of MODEL_NAMES) {
    const { options, width } = MODELS[name];
    const least = smallest[name] ?? (name.startsWith("resnet") || name === "lab" ? 5 : 1);
    assert.equal(build(name, [3, least, least], 7).classes, 7);
    assert.equal(width !== undefined, options.includes("width"), name);
    if (width) {
      const values = (model: Model) => model.parameters.map(({ shape }) => shape);
      assert.deepEqual(values(build(name, GREY, 10, { width: width.default })), values(build(name, GREY)), name);
    }
    for (const input of [GREY, COLOUR, [3, 64, 64], [3, 224, 224]] as Size[]) build(name, input);
  }
  for (const name of ["__proto__", "toString"]) assert.throws(() => build(name), /no model/);
});

Deno.test("the builder refuses what does not fit together", () => {
  const b = new ModelBuilder("t", [2, 4, 4]);
  assert.throws(() => b.linear(b.input, "fc", 3), /fc: a linear layer wants a flat input, got 4×4/);
  const narrow = b.conv(b.input, "c", { channels: 1, kernel: 1 });
  assert.throws(() => b.add(b.input, narrow), /sizes of a sum differ/);
  assert.throws(() => b.finish(), /flat logits/);
});

Deno.test("a ReLU is fused behind a norm or a sum that nothing else reads, and nowhere else", () => {
  const reluCount = (model: Model) => model.nodes.filter(({ op }) => op === "relu").length;
  assert.equal(fusedRelus(build("resnet20")).size, 19);
  assert.equal(reluCount(build("resnet20")), 19);
  assert.equal(fusedRelus(build("lab", GREY)).size, 4);
  assert.equal(fusedRelus(build("lenet5", GREY)).size, 0);

  const b = new ModelBuilder("t", [2, 4, 4]);
  const norm = b.batchNorm(b.conv(b.input, "c", { channels: 2, kernel: 1 }), "n");
  b.linear(b.globalPool(b.add(norm, b.relu(norm))), "fc", 3);
  assert.deepEqual([...fusedRelus(b.finish())], [], "the sum still needs the norm's own result");
});

Deno.test("input reaches output through every model, and not where a layer is cut without a way round", () => {
  for (const name of Object.keys(MODELS)) {
    const model = build(name);
    assert(reachesOutput(liveNodes(model, masksOf(model))), name);
  }
  const cut = (model: Model, name: string) => {
    const masks = masksOf(model);
    const { shape } = masks.get(name)!;
    return reachesOutput(liveNodes(model, masks.set(name, emptyMask(name, shape))));
  };
  assert.equal(cut(build("lenet5", GREY), "conv2.weight"), false);
  assert.equal(cut(build("lenet5", GREY), "fc2.weight"), false);
  assert.equal(cut(build("resnet20"), "blocks.4.conv2.weight"), true, "an identity shortcut leads round");
  assert.equal(cut(build("resnet20"), "blocks.3.conv2.weight"), true, "so does a projection");
  assert.equal(cut(build("resnet20"), "fc.weight"), false);
});
