/** The options of every command that opens a device; `withDevice` in context.ts reads them. */
import type { Command } from "commander";
import { choiceOption } from "./choices.ts";

/** Adds them. */
export function deviceOptions(command: Command): Command {
  return command
    .option("--require-gpu", "refuse a software adapter")
    .option("--adapter <name|index>", "adapter by a part of its name, or by its number in `startsparse doctor`")
    .addOption(choiceOption("--backend <name>", "WebGPU: Deno's own, or Chromium's", ["wgpu", "dawn"]))
    .option("--unsafe-no-bounds-checks", "with --backend dawn: kernels without bounds checks, for measurements");
}
