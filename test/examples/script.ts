/** Runs a script that a reader would run: type-checked, in a process of its own, under the project's settings. */
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Both streams of a script together, and its exit status. */
export async function runScript(
  script: URL | string,
  args: readonly string[],
  cwd?: string,
): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "-A", "--no-prompt", "--config", CONFIG, script.toString(), ...args],
    cwd,
    // DEBUG in the developer's own environment must not change what is printed.
    env: { DEBUG: "", NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
