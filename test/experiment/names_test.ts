/** The configuration's lists of names are those of the registries that the names are looked up in. */
import { strict as assert } from "node:assert";
import { configSchema, MODELS } from "../../src/experiment/config.ts";
import { METHODS } from "../../src/methods/registry.ts";
import { MODELS as BUILT } from "../../src/nn/registry.ts";

Deno.test("model.name takes the registered models, method.name the registered methods", () => {
  assert.deepEqual([...MODELS].sort(), Object.keys(BUILT).sort());
  const accepted = (name: string) => configSchema.safeParse({ method: { name } }).success;
  for (const name of Object.keys(METHODS)) assert(accepted(name), `method ${name} is registered but not accepted`);
  assert(!accepted("no such method"));
});
