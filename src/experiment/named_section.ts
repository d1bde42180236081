/** Sections of a configuration that are one of several things by their `name`, each with the keys that it reads. */
import * as z from "zod";

/** One of the things: its settings, `name` apart. */
export type Branches<Name extends string> = Readonly<Record<Name, z.ZodObject>>;

/**
 * The schema of such a section: strict, told apart by `name`.
 *
 * @param standard the name where none is given
 * @param description of the key `name`
 */
export function namedSection<Name extends string>(
  branches: Branches<Name>,
  standard: Name,
  description: string,
): z.ZodType<{ name: Name }> {
  const [first, ...others] = (Object.keys(branches) as Name[]).map((name) => {
    const word = z.literal(name).describe(description);
    // zod tells a branch by its name also where the name has a default
    return z.strictObject({ name: name === standard ? word.default(name as never) : word, ...branches[name].shape });
  }) as unknown as [z.ZodObject<{ name: z.ZodLiteral<Name> }>, ...z.ZodObject<{ name: z.ZodLiteral<Name> }>[]];
  return z.discriminatedUnion("name", [first, ...others]) as unknown as z.ZodType<{ name: Name }>;
}
