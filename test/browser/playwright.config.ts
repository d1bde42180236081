import { defineConfig } from "@playwright/test";
import process from "node:process";

// WebGPU without a GPU: Chromium's own software Vulkan. The other flags keep it from calling anywhere.
const FLAGS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--ignore-gpu-blocklist",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Without CHROMIUM (set by scripts/test.mjs) Playwright looks for one it has downloaded itself.
const executablePath = process.env.CHROMIUM;
const report = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE;

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  globalSetup: "./server.ts",
  timeout: 120_000, // shaders compile and run on the CPU here
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: report ? [["list"], ["json", { outputFile: report }]] : [["list"]],
  use: {
    // Set by globalSetup, which has run before a worker reads this file.
    baseURL: process.env.STARTSPARSE_TEST_URL,
    headless: true,
    launchOptions: { executablePath, args: FLAGS },
  },
});
