/** Ten kills of a short run; `npm run test:kills` does two hundred, over all methods. */
import { strict as assert } from "node:assert";
import { killRuns, seeded } from "./kills.ts";

Deno.test("a run that is killed by SIGKILL ten times, at random moments, ends with the same bits", async () => {
  const { kills, runs } = await killRuns(["rigl"], 10, seeded(Date.now()));
  assert.equal(kills, 10);
  assert(runs > 0);
});
