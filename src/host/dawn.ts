/**
 * Dawn, the WebGPU of Chromium, from the npm package `webgpu`: a native library that Deno loads as a second backend. It is
 * an optional dependency, loaded only when asked for.
 */
import { UserError } from "../errors.ts";
import type { HostBackend } from "./host.ts";

/** What the package exports, as far as it is used: `globals` has nothing that Deno has not. */
interface DawnModule {
  create(flags: readonly string[]): GPU;
}

/** Switched on: experimental features of an adapter (subgroup matrices) are offered; nothing uses one unasked. */
const ENABLED = ["allow_unsafe_apis"];
/** Switched off: timestamps rounded to 100 µs, a guard against web pages, which are not here. */
const DISABLED = ["timestamp_quantization"];
/** What makes every index of a kernel be checked against its buffer. Validation of the calls stays on in any case. */
const UNCHECKED = "disable_robustness";

const NO_ADAPTER =
  "Dawn asks more of a driver than Deno's own WebGPU does: it refuses the llvmpipe of Mesa 22.3, for " +
  "example. Install a GPU's Vulkan driver or a newer Mesa, or name a Chromium's SwiftShader, such as " +
  "VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json. Without --backend dawn, Deno's own WebGPU is used.";

/** By flags. Kept, because adapters and devices live only as long as the object they came from. */
const created = new Map<string, GPU>();

// A name in a variable: neither the type check nor a bundler follows it into a package that may be missing.
const PACKAGE: string = "webgpu";

/**
 * Loads Dawn.
 * @param load gives the package
 * @throws UserError where the package or its library for this platform is missing or does not load
 */
export async function openDawn(
  { boundsChecks }: { boundsChecks: boolean },
  load: () => Promise<DawnModule> = () => import(PACKAGE),
): Promise<HostBackend> {
  const enabled = boundsChecks ? ENABLED : [...ENABLED, UNCHECKED];
  const flags = [`enable-dawn-features=${enabled.join(",")}`, `disable-dawn-features=${DISABLED.join(",")}`];
  const key = flags.join(" ");
  let gpu = created.get(key);
  if (!gpu) {
    try {
      gpu = (await load()).create(flags);
    } catch (cause) {
      throw missing(cause as Error & { code?: string });
    }
    created.set(key, gpu);
  }
  return { name: "dawn", gpu, boundsChecks, noAdapter: NO_ADAPTER };
}

function missing(cause: Error & { code?: string }): UserError {
  const reason = cause.message.split("\n")[0];
  if (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND") {
    return new UserError(`the backend dawn is not installed for ${Deno.build.os} ${Deno.build.arch}: ${reason}`, {
      hint:
        "Its npm package is an optional dependency: `npm ci --include=optional` installs it, where it has a library " +
        "for this platform.",
      cause,
    });
  }
  return new UserError(`the backend dawn does not load on ${Deno.build.os} ${Deno.build.arch}: ${reason}`, {
    hint: "Its library is made for Linux with glibc, macOS and Windows. Without --backend, Deno's own WebGPU is used.",
    cause,
  });
}
