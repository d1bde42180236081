/**
 * The two kinds of error that reach a person.
 *
 * A {@link UserError} is a mistake that its reader can mend (a flag, a file, a config key): it is printed as one message
 * without a stack. A {@link GpuError} comes from the device and names the kernel and the sizes involved.
 */

/** Options of {@link UserError}. */
export interface UserErrorOptions {
  /** What to do about it, printed on a line of its own. */
  hint?: string;
  cause?: unknown;
}

/** A mistake in what was asked for: names the thing, what was expected, and how to mend it. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint?: string;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}

/** Why the device refused or failed. */
export type GpuErrorKind = "validation" | "out-of-memory" | "device-lost" | "internal" | "no-adapter";

/** What is known of memory that there was not. */
export interface MissingMemory {
  /** The tensor or buffer that had no room. */
  readonly place?: string;
  /** Bytes of the whole run, or of that place where only its limit is known; and those that there are. */
  readonly needs?: number;
  readonly offers?: number;
}

/** A failure of the GPU: says which kernel and which sizes it happened with. */
export class GpuError extends Error {
  override readonly name = "GpuError";
  readonly hint?: string;
  readonly missing?: MissingMemory;

  constructor(
    readonly kind: GpuErrorKind,
    message: string,
    options: UserErrorOptions & { readonly missing?: MissingMemory } = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.missing = options.missing;
  }
}
