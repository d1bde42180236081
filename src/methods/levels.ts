/** The levels of a run. */
import type { Level, LevelContext, Method } from "./method.ts";
import { sourceCounts } from "./schedules.ts";

/** A method's levels; a single one of all epochs where it has none of its own. */
export function levelsOf(method: Method, context: LevelContext): readonly Level[] {
  const { kept, size } = sourceCounts(context);
  return method.levels?.(context) ?? [{ epochs: context.epochs, name: "", density: kept / size }];
}
