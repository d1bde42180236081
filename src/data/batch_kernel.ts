/** The kernels that make a batch, as text: the files in shaders/data behind as many shards of pixels as there are. */
import { flatKernel } from "../gpu/flat.ts";
import boxText from "../../shaders/data/box.wgsl" with { type: "text" };
import loadText from "../../shaders/data/load.wgsl" with { type: "text" };
import loadTableText from "../../shaders/data/load_table.wgsl" with { type: "text" };
import oneShardText from "../../shaders/data/pixels.wgsl" with { type: "text" };
import resampleText from "../../shaders/data/resample.wgsl" with { type: "text" };
import sampleText from "../../shaders/data/sample.wgsl" with { type: "text" };
import philoxText from "../../shaders/random/philox.wgsl" with { type: "text" };

/** Most buffers that samples are spread over: with the other operands a kernel binds at most 8 of them. */
export const MOST_SHARDS = 4;

/** The first binding of the pixels; those before it are declared in shaders/data. */
const FIRST_BINDING = 4;

/** Which image and which moves each column takes. */
export const sampleKernel = flatKernel(sampleText, { step: true, with: [philoxText] });

/** Which part of its image each column shows. */
export const boxKernel = flatKernel(boxText, { step: true, with: [philoxText] });

/** The kernels that read pixels. */
const TEXTS = { load: loadText, table: loadTableText, resample: resampleText } as const;

/** `pixel_word` over so many shards, bound as `pixels0`, `pixels1`, … */
export function emitPixels(shards: number): string {
  if (shards === 1) return oneShardText;
  const every = Array.from({ length: shards }, (_, i) => i);
  const declarations = every.map((i) =>
    `@group(0) @binding(${FIRST_BINDING + i}) var<storage, read> pixels${i}: array<u32>;`
  );
  const cases = every.map((i) => {
    const label = i === shards - 1 ? "default" : `case ${i}u`;
    return `    ${label}: { return pixels${i}[min(at, arrayLength(&pixels${i}) - 1u)]; }`;
  });
  return [
    ...declarations,
    "fn pixel_word(shard: u32, at: u32) -> u32 {",
    "  switch shard {",
    ...cases,
    "  }",
    "}",
  ].join("\n");
}

const loaders = new Map<string, string>();

/** A kernel that fills the batch from so many shards. */
export function loadKernel(name: keyof typeof TEXTS, shards: number): string {
  const key = `${name} ${shards}`;
  let text = loaders.get(key);
  if (!text) loaders.set(key, text = flatKernel(TEXTS[name], { step: true, with: [emitPixels(shards)] }));
  return text;
}

/** Every text that can be put together here, for the check that all shaders compile. */
export function shaderModules(): { label: string; code: string }[] {
  const names = Object.keys(TEXTS) as (keyof typeof TEXTS)[];
  const shards = Array.from({ length: MOST_SHARDS }, (_, i) => i + 1);
  return names.flatMap((name) =>
    shards.map((count) => ({ label: `batch_${name}_${count}`, code: loadKernel(name, count) }))
  );
}
