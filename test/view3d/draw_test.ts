import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { whole } from "../../src/gpu/memory.ts";
import { Runner } from "../../src/gpu/runner.ts";
import { degrees } from "../../src/masks/degrees.ts";
import { fromIndices, keeps, toIndices } from "../../src/masks/mask.ts";
import { makeMasks } from "../../src/masks/make.ts";
import { maskableLayers } from "../../src/nn/model.ts";
import type { Storage } from "../../src/nn/plan.ts";
import { buildModel } from "../../src/nn/registry.ts";
import type { Training } from "../../src/train/training.ts";
import { EdgeList } from "../../src/view3d/edge_list.ts";
import { PALETTES, rgb } from "../../src/view3d/palette.ts";
import { layOutNetwork, pointOf } from "../../src/view3d/layout.ts";
import { networkShape } from "../../src/view3d/shape.ts";
import type { LaneNetwork, LaneNetworks } from "../../src/worker/lab_types.ts";
import { NetworkView } from "../../src/worker/network_view.ts";
import type { PictureCanvas } from "../../src/worker/network_surface.ts";
import type { FrameInfo } from "../../src/worker/network_types.ts";
import { NetworkScene } from "../../src/worker/network_scene.ts";
import { deviceTools } from "../../src/worker/network_tools.ts";
import { Camera, frame as frameAll, project } from "../../src/view3d/camera.ts";
import { quiet, testGpu } from "../ops/gpu.ts";
import { madeUpImages, NORMALISATION } from "../nn/reference_model.ts";
import { smallTraining } from "../train/small_training.ts";
import { readTexels } from "./texels.ts";

const model = buildModel({ name: "lab", width: 8 }, [1, 28, 28], 10);
const FORMAT = "rgba8unorm";

/** The lab's network with single weights masked, or in blocks where `block` says so. */
async function withNetwork(
  options: { density: number; storage: Storage; block?: [number, number] },
  act: (network: LaneNetwork, training: Training) => Promise<void>,
): Promise<void> {
  const gpu = await testGpu(), { block } = options;
  const choice = { rule: "uniform", density: options.density, draw: "exact", flow: "off", block } as const;
  const masks = makeMasks(maskableLayers(model), choice, 1).masks;
  const training = smallTraining(gpu, {
    model,
    source: new Map(masks.map((mask) => [mask.name, mask])),
    storage: options.storage,
    block,
    data: { splits: [madeUpImages(model, 8)], normalisation: NORMALISATION(model) },
  });
  const runner = new Runner(gpu);
  try {
    await act({
      lane: "lane",
      model,
      store: training.store,
      runner,
      shape: model.input,
      normalisation: NORMALISATION(model),
      classes: [],
      steps: () => 1,
    }, training);
    gpu.check();
  } finally {
    runner.destroy();
    training.destroy();
  }
}

const CASES: { name: string; density: number; storage: Storage; block?: [number, number] }[] = [
  { name: "dense", density: 0.3, storage: "dense" },
  { name: "packed", density: 0.3, storage: "packed" },
  { name: "packed in blocks", density: 0.4, storage: "packed", block: [4, 4] },
];

for (const options of CASES) {
  Deno.test({
    name: `texels, ${options.name}: the mean of what each kernel keeps and its share, averaged apart in coarser levels`,
    ...quiet,
    fn: () =>
      withNetwork(options, async (network, { read }) => {
        const scene = new NetworkScene(network, deviceTools(network.store.gpu, FORMAT));
        const encoder = network.store.gpu.device.createCommandEncoder(), pass = encoder.beginComputePass();
        scene.gather(pass, scene.shape.planes.map((_, i) => i), "weight", 0);
        pass.end();
        network.store.gpu.device.queue.submit([encoder.finish()]);
        const limits = await network.runner.readFloats(whole(scene.texture.limits));
        const levels = [0, 1].map((level) => readTexels(network, scene.texture.texture, level));
        const [fine, coarse] = await Promise.all(levels);
        await scene.count();
        for (const [layer, plane] of scene.shape.planes.entries()) {
          const parameter = network.store.parameter(plane.parameter), { x, y } = scene.texture.places[layer];
          const values = await network.store.read(parameter, read), mask = (await network.store.mask(parameter))!;
          const taps = plane.kernelHeight * plane.kernelWidth;
          let squares = 0;
          for (let o = 0; o < plane.outputs; o++) {
            for (let i = 0; i < plane.inputs; i++) {
              let sum = 0, kept = 0;
              for (let t = 0, at = (o * plane.inputs + i) * taps; t < taps; t++, at++) {
                if (!keeps(mask, at)) continue;
                sum += values[at];
                squares += values[at] ** 2;
                kept++;
              }
              const [value, share, there] = fine(x + i, y + o);
              assert(Math.abs(value - sum / Math.max(kept, 1)) < 1e-3, `${plane.name} (${o}, ${i}) is ${value}`);
              assert(Math.abs(share - kept / taps) < 1e-3 && there === 1);
            }
          }
          assert(Math.abs(limits[4 * layer] - Math.sqrt(squares / mask.nnz)) < 1e-4 * limits[4 * layer]);
          assert.equal(limits[4 * layer + 1], mask.nnz);
          const four = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([r, c]) => fine(x + c, y + r));
          const share = four.reduce((sum, [, kept, there]) => sum + kept * there, 0);
          const there = four.reduce((sum, texel) => sum + texel[2], 0);
          const mean = four.reduce((sum, [value, kept]) => sum + value * kept, 0) / Math.max(share, 1e-6);
          const mixed = coarse(x / 2, y / 2);
          assert(Math.abs(mixed[1] - share / there) < 1e-3 && Math.abs(mixed[0] - mean) < 1e-3);
          const counts = scene.counts![layer], expected = degrees(mask);
          assert.deepEqual([counts.inputs, counts.outputs], [expected.inputs, expected.outputs]);
        }
        scene.destroy();
      }),
  });
}

Deno.test({
  name: "survival: which share of what a kernel keeps now was kept at every look",
  ...quiet,
  fn: () =>
    withNetwork({ density: 0.3, storage: "packed" }, async (network) => {
      const scene = new NetworkScene(network, deviceTools(network.store.gpu, FORMAT));
      await scene.count();
      const layer = 1, plane = scene.shape.planes[layer], parameter = network.store.parameter(plane.parameter);
      const before = (await network.store.mask(parameter))!, kept = [...toIndices(before)];
      // every second weight goes, and as many others come
      const fresh = Array.from({ length: parameter.size }, (_, i) => i).filter((i) => !keeps(before, i));
      const stay = kept.filter((_, i) => i % 2 === 0), come = fresh.slice(0, kept.length - stay.length);
      const now = fromIndices(parameter.name, parameter.shape, [...stay, ...come]);
      await network.store.setMasks([{ parameter, mask: now }]);
      await scene.count();
      assert(scene.prepare("survival"));
      const encoder = network.store.gpu.device.createCommandEncoder(), pass = encoder.beginComputePass();
      scene.gather(pass, [layer], "survival", 0);
      pass.end();
      network.store.gpu.device.queue.submit([encoder.finish()]);
      const texel = await readTexels(network, scene.texture.texture, 0), { x, y } = scene.texture.places[layer];
      for (let k = 0; k < plane.outputs * plane.inputs; k++) {
        const taps = Array.from({ length: 9 }, (_, t) => 9 * k + t).filter((at) => keeps(now, at));
        const share = taps.filter((at) => keeps(before, at)).length / Math.max(1, taps.length);
        const found = texel(x + k % plane.inputs, y + Math.floor(k / plane.inputs));
        assert(
          Math.abs(found[0] - share) < 1e-3 && Math.abs(found[1] - taps.length / 9) < 1e-3,
          `kernel ${k}: ${found}`,
        );
      }
      scene.destroy();
    }),
});

Deno.test({
  name: "edges of the whole network: exactly the largest weights, whatever the storage",
  ...quiet,
  fn: async () => {
    for (const storage of ["dense", "packed"] as const) {
      await withNetwork({ density: 0.3, storage }, async (network, { read }) => {
        const shape = networkShape(model), all: number[] = [];
        const list = new EdgeList(network.store.gpu, shape, network.store, "magnitude", 100);
        list.update(network.runner);
        const bytes = await network.runner.read(whole(list.buffer));
        const words = new Uint32Array(bytes), floats = new Float32Array(bytes);
        for (const { parameter } of shape.planes) {
          all.push(...await network.store.read(network.store.parameter(parameter), read));
        }
        const listed = Array.from({ length: 100 }, (_, i) => Math.abs(floats[4 * i + 2])).sort((a, b) => b - a);
        assert.deepEqual(listed, all.map(Math.abs).sort((a, b) => b - a).slice(0, 100));
        for (let i = 0; i < 100; i++) {
          const parameter = network.store.parameter(shape.planes[words[4 * i]].parameter);
          assert.equal((await network.store.read(parameter, read))[words[4 * i + 1]], floats[4 * i + 2]);
        }
        list.destroy();
      });
    }
  },
});

/** A canvas without a page: the pixels that are put to it. */
function pictureOf() {
  let image: ImageData | undefined;
  const context = { putImageData: (next: ImageData) => void (image = next) };
  const canvas = { width: 1, height: 1, getContext: () => context } as unknown as PictureCanvas;
  return {
    canvas,
    pixel: (x: number, y: number) => Array.from(image!.data.subarray(4 * (y * image!.width + x)).slice(0, 3)),
  };
}

/** Resolves with the first picture that `ready` accepts. */
function nextFrame(view: NetworkView, ready: (info: FrameInfo) => boolean = () => true): Promise<FrameInfo> {
  return new Promise((resolve) => view.onFrame((info) => ready(info) && resolve(info)));
}

Deno.test({
  name: "the view draws a known weight in its known colour, pruned as ground, and says what it has drawn",
  ...quiet,
  fn: () =>
    withNetwork({ density: 0.3, storage: "packed" }, async (network, { read }) => {
      const networks: LaneNetworks = { find: () => Promise.resolve(network), onChange: () => () => {} };
      const view = new NetworkView(networks, { format: FORMAT, frame: (draw) => void setTimeout(draw, 0) });
      const { canvas, pixel } = pictureOf();
      const layer = 1, plane = networkShape(model).planes[layer];
      const place = layOutNetwork(networkShape(model), "flat").planes[layer];
      const parameter = network.store.parameter(plane.parameter);
      const values = await network.store.read(parameter, read), mask = (await network.store.mask(parameter))!;
      // straight at kernel (0, 0), from so near that it shows its taps
      const target = pointOf(place, 0.5 / place.columns, 0.5 / place.rows);
      const pose = { mode: "flat", yaw: 0, pitch: 0, logDistance: Math.log(place.right[0] / 2), target } as const;
      view.camera(pose);
      view.look({ theme: "dark", colour: "weight", reducedMotion: false, narrow: false, edges: "random" });
      view.attach("one", canvas, "lane", { width: 300, height: 200, pixelRatio: 1 });
      const info = await nextFrame(view, ({ limits, edges }) => limits !== undefined && edges !== undefined);
      const all = (await view.describe("lane"))!.layers.reduce((sum, { nnz }) => sum + nnz, 0);
      assert.deepEqual(info.edges, { shown: all, all, choice: "random" });
      const camera = new Camera(), viewport = { width: 300, height: 200 };
      camera.set(pose, viewport);
      const { diverging, sunken } = PALETTES.dark;
      for (let tap = 0; tap < 9; tap++) {
        const u = (tap % 3 + 0.5) / 3 / place.columns, v = (Math.floor(tap / 3) + 0.5) / 3 / place.rows;
        const [x, y] = project(camera.viewProjection, viewport, pointOf(place, u, v))!;
        const share = (Math.max(-1, Math.min(1, values[tap] / (3 * info.limits![4 * layer]))) + 1) * 4;
        const low = Math.min(7, Math.floor(share)), [a, b] = [rgb(diverging[low]), rgb(diverging[low + 1])];
        const expected = keeps(mask, tap) ? a.map((c, i) => c + (share - low) * (b[i] - c)) : rgb(sunken);
        const found = pixel(Math.floor(x), Math.floor(y));
        found.forEach((c, i) => assert(Math.abs(c - 255 * expected[i]) <= 3, `tap ${tap}: ${found}, not ${expected}`));
      }
      assert.deepEqual(await view.pick("one", 150, 100), { layer, output: 0, input: 0, tap: 4 });
      const inspected = (await view.inspect("lane", { layer, output: 2, input: 5, tap: 0 }))!;
      const from = (2 * plane.inputs + 5) * 9, taps = Array.from({ length: 9 }, (_, t) => keeps(mask, from + t));
      assert.deepEqual([...inspected.values], [...values.slice(from, from + 9)]);
      assert.deepEqual(inspected.kept, taps);
      assert.equal(inspected.unitIn, degrees(mask).outputs[2]);
      const reader = network.store.parameter(networkShape(model).planes[layer + 1].parameter);
      assert.equal(inspected.unitOut, degrees((await network.store.mask(reader))!).inputs[2]);
      view.destroy();
    }),
});

Deno.test({
  name: "activations: the image itself stands before the first layer, and nothing where it is switched off",
  ...quiet,
  fn: () =>
    withNetwork({ density: 0.3, storage: "packed" }, async (network) => {
      const networks: LaneNetworks = { find: () => Promise.resolve(network), onChange: () => () => {} };
      const view = new NetworkView(networks, { format: FORMAT, frame: (draw) => void setTimeout(draw, 0) });
      const { canvas, pixel } = pictureOf(), viewport = { width: 600, height: 600 };
      const place = layOutNetwork(networkShape(model), "depth").grids[0];
      const logDistance = Math.log(3 * place.right[0]), target = pointOf(place, 0.5, 0.5);
      const pose = { mode: "depth", yaw: 0, pitch: 0, logDistance, target } as const;
      const image = Uint8Array.from({ length: 28 * 28 }, (_, i) => 37 * i % 256);
      view.camera(pose);
      view.attach("one", canvas, "lane", { ...viewport, pixelRatio: 1 });
      await nextFrame(view);
      const camera = new Camera(), { sunken, ink } = PALETTES.light;
      camera.set(pose, viewport);
      // all pixels of the picture but those under the channel's dot
      const compare = () => {
        let wrong = 0;
        for (let i = 0; i < 28 * 28; i++) {
          const at = ((i % 28) + 0.5) / 28, down = (Math.floor(i / 28) + 0.5) / 28;
          if (Math.hypot(at - 0.5, down - 0.5) < 0.15) continue;
          const [x, y] = project(
            camera.viewProjection,
            viewport,
            pointOf(place, 0.04 + 0.92 * at, 0.04 + 0.92 * down),
          )!;
          const share = image[i] / 255, found = pixel(Math.floor(x), Math.floor(y));
          const expected = rgb(sunken).map((c, k) => 255 * (c + share * (rgb(ink)[k] - c)));
          if (found.some((c, k) => Math.abs(c - expected[k]) > 3)) wrong++;
        }
        return wrong;
      };
      assert(compare() > 600, "without activations it is not there");
      const drawn = nextFrame(view);
      view.activations(image);
      await drawn;
      assert.equal(compare(), 0);
      for (const other of [new Uint8Array(3), undefined]) {
        const without = nextFrame(view);
        view.activations(other);
        await without;
        assert(compare() > 600, "of no image, and of one of another size, nothing");
      }
      view.destroy();
    }),
});

Deno.test({
  name: "a canvas that comes while drawing is paused says so, and is drawn when drawing goes on",
  ...quiet,
  fn: () =>
    withNetwork({ density: 0.3, storage: "packed" }, async (trained) => {
      assert(trained.store.gpu.device.features.has("timestamp-query"), "without times nothing is ever paused");
      let clock = 0, step = 0;
      const network = { ...trained, steps: () => step };
      const networks: LaneNetworks = { find: () => Promise.resolve(network), onChange: () => () => {} };
      const frame = (draw: () => void) => void setTimeout(draw, 0);
      const view = new NetworkView(networks, { format: FORMAT, frame, milliseconds: () => clock });
      const layout = layOutNetwork(networkShape(model), "flat");
      const size = { width: 1100, height: 800, pixelRatio: 1 };
      const pose = frameAll(layout, size, "flat");
      view.camera(pose);
      view.attach("one", pictureOf().canvas, "lane", size);
      let relief = (await nextFrame(view)).relief;
      // training goes on, and drawing takes more than its share
      for (let pictures = 0; relief !== "paused"; pictures++) {
        assert(pictures < 500, relief);
        [clock, step] = [clock + 50, step + 1];
        view.camera(pose);
        ({ relief } = await nextFrame(view));
      }
      const two = nextFrame(view, ({ surface }) => surface === "two");
      view.attach("two", pictureOf().canvas, "lane", { ...size, width: 300 });
      assert.deepEqual(await two, {
        surface: "two",
        lane: "lane",
        step: 0,
        width: 0,
        height: 0,
        relief: "paused",
        problem: undefined,
      });
      const drawn = nextFrame(view, ({ surface, width }) => surface === "two" && width > 0);
      view.resume();
      assert.equal((await drawn).width, 225);
      view.destroy();
    }),
});

Deno.test({
  name: "a canvas that cannot be drawn on does not keep the other from being drawn",
  ...quiet,
  fn: () =>
    withNetwork({ density: 0.3, storage: "packed" }, async (network) => {
      const networks: LaneNetworks = { find: () => Promise.resolve(network), onChange: () => () => {} };
      const view = new NetworkView(networks, { format: FORMAT, frame: (draw) => void setTimeout(draw, 0) });
      const size = { width: 300, height: 200, pixelRatio: 1 };
      view.camera(frameAll(layOutNetwork(networkShape(model), "flat"), size, "flat"));
      view.attach("bad", { width: 1, height: 1, getContext: () => null }, "lane", size);
      view.attach("good", pictureOf().canvas, "lane", size);
      const seen = new Map<string, FrameInfo>();
      await nextFrame(view, (info) => seen.set(info.surface, info).size === 2);
      assert.match(seen.get("bad")!.problem!, /^this canvas has no .+ context$/);
      assert.deepEqual([seen.get("good")!.problem, seen.get("good")!.width], [undefined, 300]);
      view.destroy();
    }),
});

Deno.test("colours of weights are the page's tokens", () => {
  const tokens = readFileSync(new URL("../../web/style/tokens.css", import.meta.url), "utf8");
  const [light, dark] = tokens.split('[data-theme="dark"]').map((part) => (name: string) =>
    new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(part)![1].toUpperCase()
  );
  for (const [theme, token] of [["light", light], ["dark", dark]] as const) {
    const { ground, sunken, ink, faint, line } = PALETTES[theme];
    assert.deepEqual([ground, sunken, ink, faint, line], ["bg", "sunken", "ink", "line", "control"].map(token));
  }
});
