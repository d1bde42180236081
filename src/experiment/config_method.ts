/**
 * The section `method` of a configuration: one of the methods of `src/methods/registry.ts` by its name, with the keys that
 * it reads. The source, which a method starts from, is described by the section `mask`; a method's own `density` is the
 * target, the density of the finished network.
 */
import type * as z from "zod";
import { METHOD_NAMES, type MethodName } from "../methods/names.ts";
import { METHODS } from "../methods/registry.ts";
import { namedSection } from "./named_section.ts";

/** The method of a configuration that names none. */
export const DEFAULT_METHOD = "fixed" satisfies MethodName;

type Word<Name extends MethodName> = Name extends typeof DEFAULT_METHOD ? z.ZodDefault<z.ZodLiteral<Name>>
  : z.ZodLiteral<Name>;
type Shape<Name extends MethodName> = (typeof METHODS)[Name]["settings"]["shape"];
type Named<Name extends MethodName> = z.ZodObject<{ name: Word<Name> } & Pick<Shape<Name>, keyof Shape<Name>>>;

/** A checked method: its name, and all of its settings. */
export type MethodConfig = { [Name in MethodName]: z.output<Named<Name>> }[MethodName];

/** What may be written: every setting that has a default may be left out. */
export type MethodConfigInput = { [Name in MethodName]: z.input<Named<Name>> }[MethodName];

const settings = Object.fromEntries(METHOD_NAMES.map((name) => [name, METHODS[name].settings as z.ZodObject]));

/** The schema of the section. */
export const methodSchema = namedSection(
  settings as Record<MethodName, z.ZodObject>,
  DEFAULT_METHOD,
  "What happens to the mask during training: `startsparse methods`.",
) as unknown as z.ZodType<MethodConfig, MethodConfigInput>;

/** A method's settings without its name, as `createMethod` takes them. */
export function methodSettings({ name: _name, ...settings }: MethodConfig): Record<string, unknown> {
  return settings;
}
