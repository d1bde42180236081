/** Starting the engine's worker under Deno; apart from connect.ts, so that no page's bundle holds the Deno worker. */
import { connect, type Connection } from "./connect.ts";
import type { Engine } from "./engine.ts";

/** Starts an engine under Deno. */
export function startDenoEngine(): Connection<Engine> {
  return connect(new Worker(new URL("./deno_worker.ts", import.meta.url), { type: "module" }));
}
