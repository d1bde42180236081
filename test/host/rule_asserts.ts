/** The assertions that rules need where there is no node:assert, as in a page. */
import { UserError } from "../../src/errors.ts";

interface Assert {
  (condition: unknown, what?: string): void;
  equal(found: unknown, expected: unknown, what?: string): void;
  /** Equal in all that JSON shows; bytes as lists of numbers. */
  deepEqual(found: unknown, expected: unknown, what?: string): void;
  throws(act: () => unknown, kind: new (message: string) => Error): void;
}

const shown = (value: unknown) =>
  JSON.stringify(value, (_, item) => item instanceof Uint8Array ? [item.constructor.name, ...item] : item) ??
    String(value);

const fail = (found: string, expected: string, what = "a rule"): never => {
  throw new Error(`${what}: expected ${expected}, found ${found}`);
};

/** See {@link Assert}. */
export const assert: Assert = Object.assign(
  (condition: unknown, what?: string) => {
    if (!condition) fail(String(condition), "true", what);
  },
  {
    equal(found: unknown, expected: unknown, what?: string) {
      if (!Object.is(found, expected)) fail(shown(found), shown(expected), what);
    },
    deepEqual(found: unknown, expected: unknown, what?: string) {
      if (shown(found) !== shown(expected)) fail(shown(found), shown(expected), what);
    },
    throws(act: () => unknown, kind: new (message: string) => Error) {
      try {
        act();
      } catch (error) {
        if (error instanceof kind) return;
        throw error;
      }
      fail("no error", kind.name);
    },
  },
);

/** The act is refused with one line that says so. */
export async function refuses(act: Promise<unknown>, pattern: RegExp): Promise<void> {
  const error = await act.then(() => undefined, (error: unknown) => error);
  if (!(error instanceof UserError)) fail(String(error), `a UserError like ${pattern}`);
  const { message } = error as UserError;
  if (!pattern.test(message) || message.includes("\n")) fail(message, String(pattern));
}
