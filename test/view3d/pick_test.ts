import { strict as assert } from "node:assert";
import { buildModel } from "../../src/nn/registry.ts";
import { Camera, frame, project, type Viewport } from "../../src/view3d/camera.ts";
import { layOutNetwork, pointOf, texelOf, type ViewMode } from "../../src/view3d/layout.ts";
import { pick, rayThrough } from "../../src/view3d/pick.ts";
import { networkShape } from "../../src/view3d/shape.ts";

const VIEWPORT: Viewport = { width: 800, height: 600 };
const SHAPE = networkShape(buildModel({ name: "lab", width: 8 }, [1, 28, 28], 10));

/** The camera that shows all of a network, and the pixel of a weight's middle. */
function look(mode: ViewMode, layer: number, output: number, input: number, tap: number) {
  const layout = layOutNetwork(SHAPE, mode), camera = new Camera();
  camera.set(frame(layout, VIEWPORT, mode), VIEWPORT);
  const plane = SHAPE.planes[layer], place = layout.planes[layer];
  const [column, row] = texelOf(place, plane.outputs, output, input);
  const u = (column + (tap % plane.kernelWidth + 0.5) / plane.kernelWidth) / place.columns;
  const v = (row + (Math.floor(tap / plane.kernelWidth) + 0.5) / plane.kernelHeight) / place.rows;
  return { layout, camera, pixel: project(camera.viewProjection, VIEWPORT, pointOf(place, u, v))! };
}

for (const mode of ["depth", "flat"] as const) {
  Deno.test(`picking: what is drawn at a pixel is found there again (${mode})`, () => {
    // of layers that nothing hides from where the whole is framed
    const weights = mode === "flat"
      ? [[0, 3, 0, 4], [1, 15, 7, 8], [2, 0, 0, 0], [3, 31, 15, 2], [4, 9, 31, 0]]
      : [[0, 3, 0, 4], [1, 15, 2, 8], [2, 0, 0, 0]];
    for (const [layer, output, input, tap] of weights) {
      const { layout, camera, pixel: [x, y] } = look(mode, layer, output, input, tap);
      assert(x > 0 && x < VIEWPORT.width && y > 0 && y < VIEWPORT.height, "it is on the picture");
      const found = pick(rayThrough(camera, VIEWPORT, x, y), SHAPE, layout);
      assert.deepEqual(found, { layer, output, input, tap });
    }
  });
}

Deno.test("picking: a known camera and a known pixel give a known weight", () => {
  const layout = layOutNetwork(SHAPE, "flat"), camera = new Camera();
  const { origin, right, down } = layout.planes[1];
  // straight at the corner between kernels (8, 4) and (7, 3) of conv2, which is 8 inputs wide and 16 outputs high
  const target = [origin[0] + right[0] / 2, origin[1] + down[1] / 2, 0] as const;
  camera.set({ mode: "flat", yaw: 1, pitch: 1, logDistance: 1, target }, VIEWPORT);
  const at = (x: number, y: number) => pick(rayThrough(camera, VIEWPORT, x, y), SHAPE, layout);
  assert.deepEqual(at(401, 301), { layer: 1, output: 8, input: 4, tap: 0 });
  assert.deepEqual(at(399, 299), { layer: 1, output: 7, input: 3, tap: 8 });
  assert.deepEqual(at(401, 299), { layer: 1, output: 7, input: 4, tap: 6 });
});

Deno.test("picking: the nearest plane is taken, and beside all of them nothing", () => {
  const layout = layOutNetwork(SHAPE, "depth"), camera = new Camera();
  camera.set({ mode: "depth", yaw: 0, pitch: 0, logDistance: 5, target: [0, 0, 0] }, VIEWPORT);
  const front = pick(rayThrough(camera, VIEWPORT, 400, 300), SHAPE, layout);
  assert.equal(front?.layer, 0);
  camera.set({ mode: "depth", yaw: Math.PI, pitch: 0, logDistance: 5, target: [0, 0, 0] }, VIEWPORT);
  assert.equal(pick(rayThrough(camera, VIEWPORT, 400, 300), SHAPE, layout)?.layer, SHAPE.planes.length - 1);
  assert.equal(pick(rayThrough(camera, VIEWPORT, 2, 2), SHAPE, layout), undefined);
});
