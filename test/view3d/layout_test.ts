import { strict as assert } from "node:assert";
import { buildModel } from "../../src/nn/registry.ts";
import { mlp } from "../../src/nn/models/small.ts";
import { LEVELS, packAtlas } from "../../src/view3d/atlas.ts";
import { Camera, frame, project } from "../../src/view3d/camera.ts";
import { DrawBudget } from "../../src/view3d/budget.ts";
import { layOutNetwork, MOST_COLUMNS, pointOf, texelOf, texels } from "../../src/view3d/layout.ts";
import { fansOf } from "../../src/view3d/renderer.ts";
import { networkShape } from "../../src/view3d/shape.ts";

const RESNET = networkShape(buildModel({ name: "resnet20" }, [3, 32, 32], 10));

Deno.test("a network's shape: shortcuts beside the row, channels between what writes and what reads them", () => {
  const by = new Map(RESNET.planes.map((plane) => [plane.name, plane]));
  assert.deepEqual([...by.values()].filter(({ shortcut }) => shortcut).map(({ name }) => name), [
    "blocks.3.shortcut.0",
    "blocks.6.shortcut.0",
  ]);
  const shortcut = by.get("blocks.3.shortcut.0")!;
  assert.equal(shortcut.inputGrid, by.get("blocks.3.conv1")!.inputGrid);
  assert.equal(shortcut.outputGrid, by.get("blocks.3.conv2")!.outputGrid);
  assert.equal(shortcut.depth, (by.get("blocks.3.conv1")!.depth + by.get("blocks.3.conv2")!.depth) / 2);
  for (const plane of RESNET.planes) {
    const [height, width] = plane.positions;
    assert.equal(RESNET.grids[plane.inputGrid].channels * height * width, plane.inputs, plane.name);
    assert.equal(RESNET.grids[plane.outputGrid].channels, plane.outputs, plane.name);
  }
});

Deno.test("a linear layer behind an image reads its positions, channel by channel", () => {
  const [, , fc1] = networkShape(buildModel({ name: "lenet5" }, [1, 28, 28], 10)).planes;
  assert.deepEqual([fc1.inputs, fc1.positions, fc1.inputGrid], [400, [5, 5], 2]);
});

Deno.test("a chosen unit's edges: its row, and its column in every layer that reads it", () => {
  const layer = RESNET.planes.findIndex(({ name }) => name === "blocks.2.conv2");
  const fans = fansOf(RESNET, { layer, output: 7 });
  const reading = fans.filter(({ row }) => !row).map((fan) => [RESNET.planes[fan.layer].name, fan.fixed, fan.count]);
  assert.deepEqual(fans[0], { layer, row: true, fixed: 7, count: 16 });
  assert.deepEqual(reading, [["blocks.3.conv1", 7, 32], ["blocks.3.shortcut.0", 7, 32]]);
});

Deno.test("width grows as the root of the inputs; planes stand one behind the other", () => {
  const { planes } = layOutNetwork(RESNET, "depth");
  RESNET.planes.forEach(({ inputs, outputs, shortcut, depth }, i) => {
    if (inputs < 4) return;
    assert.equal(planes[i].right[0], Math.sqrt(inputs));
    assert.equal(-planes[i].down[1], Math.sqrt(outputs));
    const before = RESNET.planes.findIndex((other) => !other.shortcut && other.depth === depth - 1);
    if (!shortcut && before >= 0) assert(planes[i].origin[2] < planes[before].origin[2]);
  });
});

Deno.test("inputs beyond 2,048 go on in the next band of rows", () => {
  const [wide] = networkShape(mlp([3, 32, 32], 10, [12])).planes;
  assert.deepEqual(texels(wide), { columns: 1536, rows: 24, bands: 2 });
  const [place] = layOutNetwork({ name: "", planes: [wide], grids: [] }, "flat").planes;
  assert.deepEqual(texelOf(place, wide.outputs, 3, 1536), [0, 15]);
  assert(wide.inputs > MOST_COLUMNS);
});

Deno.test("flat tiles do not overlap, and framing shows all of a network in either mode", () => {
  const viewport = { width: 640, height: 400 };
  const flat = layOutNetwork(RESNET, "flat");
  flat.planes.forEach((a, i) =>
    flat.planes.slice(i + 1).forEach((b) => {
      const apart = a.origin[0] + a.right[0] <= b.origin[0] || b.origin[0] + b.right[0] <= a.origin[0] ||
        a.origin[1] + a.down[1] >= b.origin[1] || b.origin[1] + b.down[1] >= a.origin[1];
      assert(apart);
    })
  );
  for (const mode of ["depth", "flat"] as const) {
    const layout = layOutNetwork(RESNET, mode), camera = new Camera();
    camera.set(frame(layout, viewport, mode), viewport);
    for (const place of layout.planes) {
      for (const [u, v] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        const [x, y] = project(camera.viewProjection, viewport, pointOf(place, u, v))!;
        assert(x >= 0 && x <= viewport.width && y >= 0 && y <= viewport.height, `${mode}: ${x}, ${y}`);
      }
    }
  }
});

Deno.test("the texture's rectangles lie apart, on steps that its mip levels keep", () => {
  const sizes = RESNET.planes.map(texels), { places, width, height } = packAtlas(sizes);
  const step = 2 ** (LEVELS - 1), taken = new Set<number>();
  sizes.forEach(({ columns, rows }, i) => {
    const { x, y } = places[i];
    assert.equal(x % step + y % step, 0);
    assert(x + columns <= width && y + rows <= height);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const at = (y + r) * width + x + c;
        assert(!taken.has(at));
        taken.add(at);
      }
    }
  });
  assert.throws(() => packAtlas([{ columns: 64, rows: 100 }], 64), RangeError);
});

Deno.test("drawing gives way to training: refresh, edges, resolution, then it pauses; and comes back", () => {
  const budget = new DrawBudget();
  const given: string[] = [];
  let now = 0;
  const draw = (milliseconds: number, training = true) => {
    now += 100;
    if (budget.record(now, milliseconds, training)) given.push(budget.relief);
  };
  for (let i = 0; i < 50; i++) draw(2); // 2 % of the time
  assert.deepEqual(given, []);
  for (let i = 0; i < 50; i++) draw(20, false); // nothing trains: nothing is slowed down
  assert.deepEqual(given, []);
  for (let i = 0; i < 60; i++) draw(20);
  assert.deepEqual(given, ["refresh", "edges", "resolution", "paused"]);
  assert(budget.gaveUp("edges"));
  budget.resume(now);
  assert.equal(budget.relief, "resolution");
  for (let i = 0; i < 250; i++) draw(2);
  assert.equal(budget.relief, "none");
});
