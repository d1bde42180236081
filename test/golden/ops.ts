/** Reads ops.safetensors: what PyTorch computes for every operation (see README.md). */
import { readSafetensors } from "../../src/formats/safetensors.ts";

/** One case: its settings and its tensors in PyTorch's layout, by name. */
export interface OpCase {
  readonly name: string;
  readonly settings: Readonly<Record<string, number | boolean>>;
  /** The values of a tensor, labels included, as float32. */
  values(tensor: string): Float32Array;
  /** The same for a tensor that only some cases have. */
  optional(tensor: string): Float32Array | undefined;
  shape(tensor: string): number[];
}

/** All cases of an operation: `conv`, `linear`, `batch-norm`, `relu`, `max-pool`, `avg-pool`, `global-avg-pool`,
 * `cross-entropy`, `sgd` or `adam`. */
export async function opCases(operation: string): Promise<OpCase[]> {
  const file = readSafetensors(await Deno.readFile(new URL("ops.safetensors", import.meta.url)));
  const settings: Record<string, OpCase["settings"]> = JSON.parse(file.metadata.settings);
  return Object.keys(settings).filter((name) => name.startsWith(`${operation}/`)).map((name) => {
    const optional = (tensor: string) => {
      const found = file.tensors.get(`${name}/${tensor}`);
      return found && Float32Array.from(found.data as Float32Array | Int32Array);
    };
    const required = <T>(tensor: string, value: T | undefined): T => {
      if (value === undefined) throw new Error(`the fixtures have no ${name}/${tensor}`);
      return value;
    };
    return {
      name,
      settings: settings[name],
      optional,
      values: (tensor) => required(tensor, optional(tensor)),
      shape: (tensor) => required(tensor, file.tensors.get(`${name}/${tensor}`)?.shape),
    };
  });
}
