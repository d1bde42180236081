/** The configuration's lists of names are those of the registries that the names are looked up in. */
import { strict as assert } from "node:assert";
import { configSchema } from "../../src/experiment/config.ts";
import { METHODS } from "../../src/methods/registry.ts";
import { MODELS } from "../../src/nn/registry.ts";

Deno.test("model.name takes the registered models, method.name the registered methods", () => {
  for (const name of Object.keys(MODELS)) {
    assert(configSchema.safeParse({ model: { name } }).success, `model ${name} is registered but not accepted`);
  }
  const accepted = (name: string) => configSchema.safeParse({ method: { name } }).success;
  for (const name of Object.keys(METHODS)) assert(accepted(name), `method ${name} is registered but not accepted`);
  assert(!accepted("no such method"));
});
