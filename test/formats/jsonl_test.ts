import { strict as assert } from "node:assert";
import { UserError } from "../../src/errors.ts";
import { encodeJsonLine, parseJsonLines } from "../../src/formats/jsonl.ts";

Deno.test("jsonl: lines come back, numbers that are not finite as strings that Number() reads", () => {
  const text = encodeJsonLine({ step: 1, loss: 0.5 }) + encodeJsonLine({ step: 2, loss: NaN, best: -Infinity });
  assert.equal(text.split("\n").length, 3);
  const { values, cut } = parseJsonLines(text);
  assert.equal(cut, undefined);
  assert.deepEqual(values, [{ step: 1, loss: 0.5 }, { step: 2, loss: "NaN", best: "-Infinity" }]);
  assert(Number.isNaN(Number("NaN")) && Number("-Infinity") === -Infinity);
  assert.throws(() => encodeJsonLine(undefined), TypeError);
});

Deno.test("jsonl: a cut last line is reported and dropped; a last line that only lacks its newline is kept", () => {
  const text = '{"step":1}\r\n\n{"step":2}\n{"ste';
  assert.deepEqual(parseJsonLines(text), { values: [{ step: 1 }, { step: 2 }], cut: { line: 4, text: '{"ste' } });
  assert.deepEqual(parseJsonLines('{"step":1}\n{"step":2}').values.length, 2);
  assert.deepEqual(parseJsonLines(""), { values: [] });
});

Deno.test("jsonl: a broken line elsewhere is an error that names it", () => {
  assert.throws(() => parseJsonLines('{"a":1}\n{"b\n{"c":1}\n', "metrics.jsonl"), (error: unknown) => {
    assert(error instanceof UserError);
    assert.match(error.message, /^metrics\.jsonl, line 2 is not JSON/);
    return true;
  });
  assert.throws(() => parseJsonLines('{"b\n', "metrics.jsonl"), UserError);
});
