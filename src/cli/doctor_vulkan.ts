/** What the doctor looks at on Linux before it asks WebGPU: the Vulkan loader, and the drivers that it would load. */
import { type Host, joinPath } from "../host/host.ts";
import type { Finding } from "./doctor_finding.ts";

/** What is needed of a {@link Host}. */
export type VulkanHost = Pick<Host, "exists" | "list" | "environment" | "platform">;

const LOADER = "libvulkan.so.1";

const LIBRARY_FOLDERS = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/lib/x86_64-linux-gnu",
  "/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/usr/local/lib",
  "/run/opengl-driver/lib",
];

const DRIVER_FOLDERS = [
  "/usr/share/vulkan/icd.d",
  "/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
  "/run/opengl-driver/share/vulkan/icd.d",
];

const LOADER_MEND =
  "Install it: `apt-get install libvulkan1` on Debian or Ubuntu, `dnf install vulkan-loader` on Fedora.";
const DRIVER_MEND = "Install a driver: `apt-get install mesa-vulkan-drivers` (AMD, Intel, and a software adapter for " +
  "any machine), or NVIDIA's own driver.";
const NVIDIA_MEND =
  "Install NVIDIA's Vulkan driver (nvidia_icd.json). In a container, let NVIDIA_DRIVER_CAPABILITIES " +
  "contain `graphics`.";

/** Findings about the loader and the drivers; none on other systems. */
export async function vulkanFindings(host: VulkanHost): Promise<Finding[]> {
  if (host.platform().os !== "linux") return [];
  const loader = await findLoader(host);
  const drivers = await findDrivers(host);
  const found: Finding[] = [
    loader
      ? { check: "Vulkan loader", status: "ok", detail: loader }
      : { check: "Vulkan loader", status: "fail", detail: `no ${LOADER} in the usual places`, mend: LOADER_MEND },
  ];
  if (drivers.missing.length > 0) {
    found.push({
      check: "Vulkan drivers",
      status: "fail",
      detail: `${drivers.from} names ${drivers.missing.join(", ")}, which is not there`,
      mend: `Unset ${drivers.from}, or let it name a driver's file.`,
    });
  } else if (drivers.files.length === 0) {
    const where = drivers.from ?? DRIVER_FOLDERS.slice(0, 2).join(" and ");
    found.push({ check: "Vulkan drivers", status: "fail", detail: `none in ${where}`, mend: DRIVER_MEND });
  } else {
    const names = drivers.files.map((file) => file.split("/").at(-1)!.replace(/(_icd)?(\.\w+)?\.json$/, ""));
    const detail = [...new Set(names)].join(", ") + (drivers.from ? ` (${drivers.from})` : "");
    found.push({ check: "Vulkan drivers", status: "ok", detail });
  }
  const nvidia = drivers.files.some((file) => /nvidia/i.test(file));
  if (!nvidia && await host.exists("/dev/nvidiactl")) {
    const detail = "there is one, but Vulkan has no driver for it";
    found.push({ check: "NVIDIA GPU", status: "warn", detail, mend: NVIDIA_MEND });
  }
  return found;
}

async function findLoader(host: VulkanHost): Promise<string | undefined> {
  const own = host.environment("LD_LIBRARY_PATH")?.split(":").filter(Boolean) ?? [];
  for (const folder of [...own, ...LIBRARY_FOLDERS]) {
    const path = joinPath(folder, LOADER);
    if (await host.exists(path)) return path;
  }
}

/** The drivers' files. `from` is the variable that names them in place of the usual folders. */
async function findDrivers(host: VulkanHost): Promise<{ from?: string; files: string[]; missing: string[] }> {
  for (const from of ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]) {
    const named = host.environment(from)?.split(":").filter(Boolean) ?? [];
    if (named.length === 0) continue;
    const there = await Promise.all(named.map((path) => host.exists(path)));
    const missing = named.filter((_, i) => !there[i]);
    // an entry may be a folder of drivers
    const files = await Promise.all(named.filter((_, i) => there[i]).map((path) => driversIn(host, path)));
    return { from, files: files.flat(), missing };
  }
  const found = await Promise.all(DRIVER_FOLDERS.map((folder) => driversIn(host, folder)));
  return { files: found.flat(), missing: [] };
}

async function driversIn(host: VulkanHost, path: string): Promise<string[]> {
  if (path.endsWith(".json")) return [path];
  if (!await host.exists(path)) return [];
  const entries = await host.list(path).catch(() => []);
  return entries.filter(({ name }) => name.endsWith(".json")).map(({ name }) => joinPath(path, name));
}
