/** The Vulkan driver that every Chromium on Linux brings along: the one software adapter that Dawn takes for granted. */
import { chromium } from "@playwright/test";

/** Path of its driver file; undefined where no Chromium is found. */
export async function swiftShaderDriver(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const programs = [
    Deno.env.get("CHROMIUM"),
    chromium.executablePath(),
    "/usr/lib/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
  ];
  for (const program of programs) {
    if (!program) continue;
    const real = await Deno.realPath(program).catch(() => program);
    const file = real.replace(/[^/]*$/, "vk_swiftshader_icd.json");
    if (await Deno.stat(file).then(() => true, () => false)) return file;
  }
}
