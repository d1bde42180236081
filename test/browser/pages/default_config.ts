/** A configuration with every default, for tests that need a resolved one. */
import { configSchema } from "../../../src/experiment/config_schema.ts";

export const DEFAULT_CONFIG = configSchema.parse({});
