import { strict as assert } from "node:assert";
import { parseConfig } from "../../src/experiment/config.ts";
import {
  DEFAULT_WIDTH,
  DEFAULTS,
  denseTwin,
  nestSettings,
  sameMasks,
  sameSettings,
  titleOf,
  withSettings,
} from "../../web/state/settings.ts";

Deno.test("the controls' defaults are the schema's", () => {
  const config = parseConfig({}, "nothing");
  for (const [path, value] of Object.entries(DEFAULTS)) {
    const found = path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config);
    assert.deepEqual(found, value, path);
  }
});

Deno.test("settings keep what differs from the defaults, and make a configuration", () => {
  const settings = withSettings({}, { "mask.rule": "erk", "mask.density": 0.1, "model.width": 8, "seed": 1 });
  assert.deepEqual(settings, { "mask.rule": "erk", "model.width": 8 });
  const config = parseConfig(nestSettings(settings), "settings");
  assert.equal(config.mask.rule, "erk");
  assert.equal(config.model.width, 8);
  assert(sameSettings(settings, { ...settings, "mask.density": 0.1 }));
  assert(!sameSettings(settings, { ...settings, "mask.density": 0.2 }));
  assert.deepEqual(withSettings(settings, { "model.width": undefined }), { "mask.rule": "erk" });
});

Deno.test("the dense twin has the same data, network, training and seed, and no mask and method", () => {
  const settings = { "mask.rule": "erk", "mask.density": 0.05, "method.name": "rigl", "seed": 3, "model.width": 32 };
  assert.deepEqual(denseTwin(settings), { "mask.rule": "dense", "seed": 3, "model.width": 32 });
  assert.equal(parseConfig(nestSettings(denseTwin(settings)), "twin").mask.density, 1);
});

Deno.test("runs of one model, data, mask and seed start from the same masks", () => {
  assert.equal(parseConfig({}, "nothing").model.width, DEFAULT_WIDTH);
  const opening = { "mask.rule": "erk" };
  assert(sameMasks(opening, { "mask.rule": "erk", "mask.density": 0.1, "model.width": 16, "train.epochs": 3 }));
  for (const [key, other] of Object.entries({ "model.width": 8, "seed": 2, "mask.density": 0.2, "seeds.mask": 4 })) {
    assert(!sameMasks(opening, { ...opening, [key]: other }), key);
  }
});

Deno.test("runs are named by density, rule and method", () => {
  const title = (settings: Record<string, unknown>) => titleOf(settings, (rule) => rule.toUpperCase());
  assert.equal(title({}), "0.1 UNIFORM");
  assert.equal(title({ "mask.rule": "dense" }), "dense");
  assert.equal(title({ "mask.rule": "erk", "mask.density": 0.05, "method.name": "rigl" }), "0.05 ERK, rigl");
  assert.equal(title({ "mask.rule": "dense", "model.width": 10 }), "dense, width 10");
  assert.equal(title({ "mask.rule": "dense", "model.width": 32 }), "dense");
});
