import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import {
  packBits,
  recordedEpochs,
  recordedEvents,
  type RecordingFile,
  secondsOf,
  unpackBits,
} from "../../web/state/recording_file.ts";

const FILE = new URL("../../web/public/recording.json", import.meta.url);
const recording = JSON.parse(fs.readFileSync(FILE, "utf8")) as RecordingFile;

Deno.test("bits survive packing: gaps of one and of two bytes, the first and the last weight", () => {
  const size = 1000, bits = new Uint32Array(Math.ceil(size / 32));
  for (const i of [0, 1, 31, 32, 200, 201, 999]) bits[i >>> 5] |= 1 << (i & 31);
  assert.deepEqual(unpackBits(packBits(bits, size), size), bits);
  assert.deepEqual(unpackBits(packBits(new Uint32Array(2), 40), 40), new Uint32Array(2));
});

Deno.test("the page's recording is small, and its masks have the weights that its report counts", () => {
  assert(fs.statSync(FILE).size <= 40_000);
  assert.deepEqual(recording.lanes.map(({ title }) => title), ["dense", "0.1 ERK", "0.01 uniform", "0.01 ERK"]);
  for (const { masks, start, rule } of recording.lanes) {
    assert.equal(masks.length, rule === "dense" ? 0 : start.report.layers.length);
    masks.forEach(({ layer, bits }) => {
      const { size, nnz } = start.report.layers.find(({ name }) => name === layer)!;
      const ones = unpackBits(bits, size).reduce((sum, word) => sum + word.toString(2).replaceAll("0", "").length, 0);
      assert.equal(ones, nnz);
    });
  }
});

Deno.test("a recording that is played in pieces says what it says at once", () => {
  const lane = recording.lanes[1], end = secondsOf(lane);
  const rows = (from: number, to: number) =>
    recordedEvents("a", lane, from, to).flatMap((event) => event.kind === "curve" ? [...event.rows] : []);
  assert.deepEqual([...rows(-1, end / 3), ...rows(end / 3, end)], rows(-1, end));
  assert.equal(rows(-1, end).length, 5 * lane.curve[0].length);
  assert.equal(recordedEpochs(lane, -1, end).length, lane.start.epochs);
  assert.equal(recordedEpochs(lane, -1, end).at(-1)!.test.accuracy, Number(lane.result.last!.testAccuracy.toFixed(4)));
  const phases = recordedEvents("a", lane, -1, end).filter(({ kind }) => kind === "phase");
  assert.equal(phases.length, 2);
  const times = recordedEvents("a", lane, -1, end).filter(({ kind }) => kind === "time");
  assert.equal(times.length, 1);
});
