/** Texels of a network's texture, read back. */
import { whole } from "../../src/gpu/memory.ts";
import type { LaneNetwork } from "../../src/worker/lab_types.ts";

/** Half-precision words as numbers. */
function halves(words: Uint16Array): Float32Array {
  return Float32Array.from(words, (h) => {
    const sign = h >> 15 ? -1 : 1, exponent = h >> 10 & 31, fraction = h & 1023;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}

/** All of a texture's level, four numbers a texel. */
export async function readTexels(network: LaneNetwork, texture: GPUTexture, level: number) {
  const { device, memory } = network.store.gpu, width = texture.width >> level, height = texture.height >> level;
  const stride = Math.ceil(8 * width / 256) * 256;
  const buffer = memory.create("texels read", stride * height);
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture, mipLevel: level }, { buffer, bytesPerRow: stride }, [width, height]);
  device.queue.submit([encoder.finish()]);
  const read = halves(new Uint16Array(await network.runner.read(whole(buffer))));
  memory.destroy(buffer);
  return (x: number, y: number) => read.subarray(y * stride / 2 + 4 * x, y * stride / 2 + 4 * x + 4);
}
