/**
 * The section `method` of a configuration: one of the methods of `src/methods/registry.ts` by its name, with the keys that
 * it reads. The source, which a method starts from, is described by the section `mask`; a method's own `density` is the
 * target, the density of the finished network.
 */
import * as z from "zod";
import { METHOD_NAMES, type MethodName, METHODS } from "../methods/registry.ts";

/** The method of a configuration that names none. */
export const DEFAULT_METHOD = "fixed" satisfies MethodName;

type Word<Name extends MethodName> = Name extends typeof DEFAULT_METHOD ? z.ZodDefault<z.ZodLiteral<Name>>
  : z.ZodLiteral<Name>;
type Named<Name extends MethodName> = (typeof METHODS)[Name]["settings"] extends z.ZodObject<infer Shape>
  ? z.ZodObject<{ name: Word<Name> } & Shape>
  : never;

/** A checked method: its name, and all of its settings. */
export type MethodConfig = { [Name in MethodName]: z.output<Named<Name>> }[MethodName];

/** What may be written: every setting that has a default may be left out. */
export type MethodConfigInput = { [Name in MethodName]: z.input<Named<Name>> }[MethodName];

/** One method's keys and its name, which tells the methods apart. */
function named(name: MethodName): z.ZodObject<{ name: z.ZodLiteral<MethodName> }> {
  const word = z.literal(name).describe("What happens to the mask during training: `startsparse methods`.");
  const settings: z.ZodObject = METHODS[name].settings;
  // zod tells a method by its name also where the name has a default
  return z.strictObject({ name: name === DEFAULT_METHOD ? word.default(name) : word, ...settings.shape }) as never;
}

const [first, ...others] = METHOD_NAMES.map(named);

/** The schema of the section. */
export const methodSchema = z.discriminatedUnion("name", [first, ...others]) as unknown as z.ZodType<
  MethodConfig,
  MethodConfigInput
>;

/** A method's settings without its name, as `createMethod` takes them. */
export function methodSettings({ name: _name, ...settings }: MethodConfig): Record<string, unknown> {
  return settings;
}
