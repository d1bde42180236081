/** The methods by name, as `method.name` in a configuration chooses them. */
import { UserError } from "../errors.ts";
import { fixed, type MaskApplication } from "./fixed.ts";
import type { Method } from "./method.ts";

/** What a configuration says to a method. */
export interface MethodSettings {
  /** `mask.apply` */
  readonly apply: MaskApplication;
}

/** A registered method: one line of what it does, and how it is made. */
export interface MethodEntry {
  readonly description: string;
  create(settings: MethodSettings): Method;
}

/** Every method by name. */
export const METHODS: Readonly<Record<string, MethodEntry>> = {
  fixed: {
    description: "the mask is drawn before training and never changes",
    create: ({ apply }) => fixed({ apply }),
  },
};

/** Makes the method that a configuration names. */
export function createMethod(name: string, settings: MethodSettings): Method {
  const entry = METHODS[name];
  if (!entry) {
    throw new UserError(`There is no method "${name}".`, { hint: `Methods: ${Object.keys(METHODS).join(", ")}.` });
  }
  return entry.create(settings);
}
