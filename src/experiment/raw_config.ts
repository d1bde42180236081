/** Configurations as they are written. */
import { UserError } from "../errors.ts";

/** Configuration as written, before defaults and checks: nested sections of plain values. */
export type RawConfig = { [key: string]: unknown };

/** Another word for the section `mask`, which describes the source: the network that a method starts from. */
const SOURCE = "source";

/**
 * The same configuration with the section `source` under its proper name, `mask`.
 * @throws UserError where both are there
 */
export function canonicalWords(raw: RawConfig): RawConfig {
  if (!(SOURCE in raw)) return raw;
  const { [SOURCE]: source, ...others } = raw;
  if (others.mask !== undefined) throw new UserError("source is another word for mask, the section; give one of them");
  return { ...others, mask: source };
}
