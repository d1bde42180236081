/** The real peers on tiny works: all compute the same numbers, and ratios come out. */
import { strict as assert } from "node:assert";
import { compare } from "../../../bench/peers/compare.ts";
import { installedVersion, PEER_PACKAGES } from "../../../bench/peers/packages.ts";
import { choosePeers, OURS } from "../../../bench/peers/peers.ts";
import { Roster } from "../../../bench/peers/roster.ts";
import { type NamedWork, stepWork } from "../../../bench/peers/works.ts";
import { convShape } from "../../../src/ops/shape.ts";

const shape = convShape({ inChannels: 4, outChannels: 8, inHeight: 6, inWidth: 6, kernelHeight: 3, pad: 1, stride: 2 });
const WORKS: NamedWork[] = [
  { name: "product", group: "matmul", quick: true, work: { kind: "matmul", m: 8, k: 12, n: 16 } },
  { name: "dw", group: "conv", quick: true, work: { kind: "conv", shape, batch: 4, pass: "forward+dW" } },
  { name: "dx", group: "conv", quick: true, work: { kind: "conv", shape, batch: 4, pass: "forward+dX" } },
  { name: "step", group: "steps", quick: true, work: stepWork("lenet5", [1, 28, 28], 4, null) },
];

const missing = Object.keys(PEER_PACKAGES).filter((name) => installedVersion(name) === null);
if (missing.length > 0) {
  console.log(`not tested: ${missing.join(", ")} are not in bench/node_modules; "npm ci" in bench/ puts them there`);
}

Deno.test({
  name: "jax-js and TensorFlow.js compute the same as startsparse, and PyTorch where there is one",
  ignore: missing.length > 0,
  fn: async () => {
    const folder = await Deno.makeTempDir(), lines: string[] = [];
    const report = (line: string) => lines.push(line);
    const roster = await Roster.start(OURS, choosePeers(["jax-js", "tfjs", "pytorch"]), report);
    try {
      const { ratios, problems } = await compare(roster, OURS, WORKS, { rounds: 2, sampleMs: 1, folder, report });
      assert.deepEqual(problems, []);
      const peers = roster.peers.slice(1).map(({ name }) => name);
      assert(peers.includes("jax-js") && peers.includes("tfjs"), lines.join("\n"));
      assert.deepEqual(
        ratios.map(({ work, peer }) => `${work} ${peer}`),
        WORKS.flatMap(({ name }) => peers.map((peer) => `${name} ${peer}`)),
      );
      for (const { medianMs, peerMs, timesFaster, rounds, check } of ratios) {
        assert(medianMs > 0 && peerMs > 0 && timesFaster > 0 && rounds === 2 && check.error <= check.limit);
      }
      assert.deepEqual(Object.keys(roster.greetings.get("jax-js")!.versions), ["@jax-js/jax"]);
    } finally {
      await roster.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
