/** What the commands that train have in common: their options and how these become a configuration. */
import { UserError } from "../errors.ts";
import { type Config, parseConfig } from "../experiment/config.ts";
import type { Host } from "../host/host.ts";

/** Which adapter, as options of a command say it. */
export interface DeviceChoice {
  /** Part of a name, or a number of the doctor's list. */
  adapter?: string;
  requireGpu?: boolean;
  backend?: "wgpu" | "dawn";
  unsafeNoBoundsChecks?: boolean;
}

/** A configuration with the backend and adapter that were asked for on the command line. */
export function withDevice(config: Config, choice: DeviceChoice): Config {
  const { adapter, requireGpu, backend, unsafeNoBoundsChecks } = choice;
  const device: Record<string, unknown> = { ...config.device };
  if (adapter !== undefined) {
    delete device.index;
    delete device.name;
    if (/^\d+$/.test(adapter)) device.index = Number(adapter);
    else device.name = adapter;
  }
  if (requireGpu) device.requireGpu = true;
  if (backend !== undefined) device.backend = backend;
  if (unsafeNoBoundsChecks) {
    if (device.backend !== "dawn") {
      throw new UserError("--unsafe-no-bounds-checks needs --backend dawn", {
        hint: "The WebGPU of Deno always keeps kernels inside their buffers.",
      });
    }
    device.boundsChecks = false;
  }
  return parseConfig({ ...config, device }, "--adapter");
}

/** Options that `run` and `quickstart` share. */
export interface RunOptions extends DeviceChoice {
  seed?: string;
  out?: string;
  json?: boolean;
  force?: boolean;
}

/** Options of `plan`. */
export interface PlanOptions extends RunOptions {
  /** Show every layer's storage and expected time. */
  layers?: boolean;
}

/** What a command works with besides its arguments. */
export interface CommandContext {
  readonly host: Host;
  /** The command as typed, which repeats it. */
  readonly command: string;
}

/** The overrides of a command with `--seed` among them. */
export function overridesOf(overrides: readonly string[], { seed }: RunOptions): string[] {
  return seed === undefined ? [...overrides] : [...overrides, `seed=${seed}`];
}

/** @throws UserError where `--out` is an empty word, which would be the working folder */
export function checkFolder(folder: string): string {
  if (folder.trim() === "") throw new UserError("--out has no folder");
  return folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
}
