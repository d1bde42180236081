/** Answers whether a module worker has WebGPU, and computes Philox there with the code that Deno runs. */
import { philox4x32 } from "../../../src/random/philox.ts";

/** Philox blocks to compute: counter and key of each. */
export interface ProbeRequest {
  blocks: { counter: [number, number, number, number]; key: [number, number] }[];
}

/** The adapter's vendor and architecture, and the four words of each block. */
export interface ProbeReply {
  adapter: string | null;
  words: number[][];
}

self.onmessage = async (event: MessageEvent<ProbeRequest>) => {
  const adapter = await navigator.gpu.requestAdapter();
  const reply: ProbeReply = {
    adapter: adapter && `${adapter.info.vendor} ${adapter.info.architecture}`,
    words: event.data.blocks.map(({ counter, key }) => philox4x32(counter, key)),
  };
  self.postMessage(reply);
};
