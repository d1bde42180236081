/**
 * Errors across the worker's boundary: comlink keeps an error's message only, so that a mistake of the user would arrive
 * as an unknown failure. Both ends call {@link keepErrors}.
 */
import * as comlink from "comlink";
import { GpuError, type GpuErrorKind, UserError } from "../errors.ts";

interface Sent {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly hint?: string;
  readonly kind?: GpuErrorKind;
}

function toSent(value: unknown): Sent {
  if (value instanceof GpuError) {
    return { name: "GpuError", message: value.message, stack: value.stack, hint: value.hint, kind: value.kind };
  }
  if (value instanceof UserError) {
    return { name: "UserError", message: value.message, stack: value.stack, hint: value.hint };
  }
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return { name: "Error", message: String(value) };
}

function fromSent({ name, message, stack, hint, kind }: Sent): Error {
  if (name === "GpuError") return new GpuError(kind ?? "internal", message, { hint });
  if (name === "UserError") return new UserError(message, { hint });
  return Object.assign(new Error(message), { name, stack });
}

/** Makes comlink carry this project's errors whole. */
export function keepErrors(): void {
  const thrown = comlink.transferHandlers.get("throw")!;
  comlink.transferHandlers.set("throw", {
    canHandle: thrown.canHandle,
    serialize: (value) => [toSent((value as { value: unknown }).value), []],
    deserialize: (value) => {
      throw fromSent(value as Sent);
    },
  });
}
