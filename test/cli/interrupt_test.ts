import { strict as assert } from "node:assert";
import { Interruption } from "../../src/cli/interrupt.ts";

function interruption() {
  const calls: string[] = [];
  const clock = { now: 0 };
  const handlers = {
    stop: (signal: string) => calls.push(`stop ${signal}`),
    endNow: (code: number) => calls.push(`end ${code}`),
  };
  return { calls, clock, it: new Interruption(handlers, () => clock.now) };
}

Deno.test("the first signal stops, one more within a second is the same, a later one ends at once", () => {
  const { calls, clock, it } = interruption();
  assert.equal(it.exitCode, undefined);
  it.receive("SIGINT");
  clock.now = 900;
  it.receive("SIGINT");
  assert.deepEqual(calls, ["stop SIGINT"]);
  assert.equal(it.exitCode, 130);
  clock.now = 1500;
  it.receive("SIGINT");
  assert.deepEqual(calls, ["stop SIGINT", "end 130"]);
});

Deno.test("SIGTERM ends with 143", () => {
  const { calls, it } = interruption();
  it.receive("SIGTERM");
  assert.equal(it.exitCode, 143);
  assert.deepEqual(calls, ["stop SIGTERM"]);
});
