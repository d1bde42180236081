import { spawn } from "node:child_process";
import process from "node:process";

/**
 * Runs a program in this one's place: same terminal, same signals, same exit status. Does not return.
 *
 * A Ctrl-C in a terminal reaches every process of the foreground group, so the program has it already and is not told
 * again; without a terminal (a service, a script's `kill`) only this process is told, and passes it on. npm passes
 * signals on as well, so the same one may come twice in a moment: it counts once. SIGUSR1 is how a cluster's scheduler
 * says that a job's time is nearly over.
 */
export function runForeground(program, args, { env }) {
  const child = spawn(program, args, { env, stdio: "inherit" });
  const last = new Map();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", ...(process.platform === "win32" ? [] : ["SIGUSR1"])]) {
    process.on(signal, () => {
      const now = performance.now();
      const repeated = now - (last.get(signal) ?? -Infinity) < 500;
      last.set(signal, now);
      const fromTerminal = signal === "SIGINT" && process.stdin.isTTY;
      if (!repeated && !fromTerminal) child.kill(signal);
    });
  }
  return new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (signal === null) process.exit(code ?? 1);
      for (const name of last.keys()) process.removeAllListeners(name);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}
