/** Where the Network view stands, in its address: there and back, and what of an address is not used names itself. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { FIRST, type Place, queryOf, readPlace } from "../../web/views/network/place.ts";

const places: fc.Arbitrary<Place> = fc.record({
  mode: fc.constantFrom(undefined, "depth" as const, "flat" as const),
  colour: fc.constantFrom("weight" as const, "gradient" as const, "survival" as const),
  edges: fc.constantFrom("unit" as const, "magnitude" as const, "random" as const),
  activations: fc.boolean(),
  run: fc.option(fc.stringMatching(/^[\w-][\w.-]*$/), { nil: undefined }),
  layer: fc.option(fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.isWellFormed()), {
    nil: undefined,
  }),
  kernel: fc.option(fc.tuple(fc.nat(999_999), fc.nat(999_999)), { nil: undefined }),
});

Deno.test("any place comes back out of its address, with nothing to say", () => {
  fc.assert(fc.property(places, (place) => {
    const { place: read, ignored } = readPlace(queryOf(place));
    // what is not there and what is undefined is the same
    assert.equal(JSON.stringify({ ...place }), JSON.stringify({ ...place, ...read }));
    assert.equal(queryOf(read), queryOf(place));
    assert.deepEqual(ignored, []);
  }));
});

Deno.test("a fresh view has no query; a kernel is an output and an input", () => {
  assert.equal(queryOf(FIRST), "");
  const place: Place = {
    ...FIRST,
    mode: "flat",
    colour: "survival",
    activations: true,
    layer: "layer1.0.conv2",
    kernel: [17, 3],
  };
  assert.equal(queryOf(place), "layout=flat&colour=survival&activations=on&layer=layer1.0.conv2&kernel=17,3");
});

Deno.test("unknown keys and values name themselves, and the rest is used", () => {
  const { place, ignored } = readPlace("layout=4-d&colour=size&edges=all&activations=1&kernel=a,1&zoom=3&layer=conv2");
  assert.deepEqual(ignored, [
    "layout 4-d is not one of 3-d, flat; using what suits the page's width",
    "colour size is not one of weight, gradient, survival; using weight",
    "edges all is not one of unit, magnitude, random; using unit",
    "activations 1 is not one of off, on; using off",
    "kernel a,1 is not an output and an input, such as 17,3; none is picked",
    "Ignored in this link: zoom",
  ]);
  assert.deepEqual(place, { ...FIRST, layer: "conv2" });
});
