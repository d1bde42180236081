/** `startsparse tune` as a process: what it measures is kept, shown, and planned by. */
import { strict as assert } from "node:assert";
import { assertClearError, start, startsparse, TINY, withFolder } from "./command.ts";

const LAYERS = ["mlp", "model.widths=[16]", "data.limit=256", "train.batch=64", "--rounds", "1"];

Deno.test("a preset's layers are measured, drawn and shown; plan and run go by them; damage is named", async () => {
  await withFolder(async (folder) => {
    const env = { STARTSPARSE_KEPT: `${folder}/kept` };
    const command = (...words: string[]) => startsparse(words, folder, env);

    const nothing = await command("tune", ...LAYERS, "--budget", "0");
    assert.equal(nothing.code, 0, nothing.stderr);
    assert.match(nothing.stdout, /nothing was measured/);
    assert.match(
      nothing.stdout.replace(/\s+/g, " "),
      /not reached by the budget: 5 passes, which stay with the priors/,
    );

    const tuned = await command("tune", ...LAYERS, "--json", "--figures", "figures");
    assert.equal(tuned.code, 0, tuned.stderr);
    const json = JSON.parse(tuned.stdout);
    assert.deepEqual([json.format, json.kind, json.measured, json.left, json.interrupted], [1, "tuning", 5, 0, false]);
    assert.deepEqual(json.layers.map(({ name }: { name: string }) => name), [
      "linear 784→16, N = 64",
      "linear 16→10, N = 64",
    ]);
    for (const { step, passes } of json.layers) {
      assert(step.dense > 0 && step.packed.fixed >= 0 && step.breakEven >= 0);
      assert(passes.every(({ variants }: { variants: object }) => Object.keys(variants).length > 0));
    }
    assert.match(tuned.stderr, /^linear 784→16, N = 64$/m);
    assert.match(tuned.stderr, /^ {2}training step +[\d.]+ +[\d.]+ \+ [\d.]+·d +(never|always|0\.\d+)$/m);
    assert.match(await Deno.readTextFile(`${folder}/figures/break-even.svg`), />linear 784→16, N = 64</);
    assert(json.place.startsWith(`${folder}/kept/tuning/`), json.place);

    const [again, shown, plan, trained] = await Promise.all([
      command("tune", ...LAYERS),
      command("tune", "--show"),
      command("plan", ...LAYERS.slice(0, -2), "--layers"),
      command("run", ...TINY, "--out", "run"),
    ]);
    assert.match(again.stdout, /all of it was measured before/);
    assert.match(shown.stdout, /^linear 16→10, N = 64$/m);
    assert.match(shown.stdout, /last measured \d{4}-/);
    assert.match(plan.stdout, /kernel plan: \d of 2 layers packed, measured on this adapter/);
    assert.match(plan.stdout, /^fc1\.weight .* measured$/m);
    assert.match(trained.stdout, /^kernel plan: \d of 2 layers packed, measured on this adapter$/m);

    await Deno.writeTextFile(json.place, "{");
    const broken = await Promise.all([
      command("run", ...TINY, "--out", "other"),
      command("tune", "--show"),
      command("tune", ...LAYERS),
    ]);
    for (const ended of broken) {
      assertClearError(ended, /cannot use the measurements in .*\/tuning\/.*\n.*tune --fresh/);
    }
    const prior = await command("run", ...TINY, "kernels.plan=prior", "--out", "other");
    assert.match(prior.stdout, /^kernel plan: \d of 2 layers packed, by priors$/m);
    const fresh = await command("tune", ...LAYERS, "--fresh");
    assert.match(fresh.stdout, /measured 5 passes of layers/);
  });
});

Deno.test("Ctrl-C keeps the passes that were measured", async () => {
  await withFolder(async (folder) => {
    const env = { STARTSPARSE_KEPT: `${folder}/kept` };
    // so many rounds that the second pass is far from its end when the first is kept
    const process = start(["tune", ...LAYERS.slice(0, -1), "25", "--json"], folder, env);
    const kept = () => {
      try {
        return [...Deno.readDirSync(`${folder}/kept/tuning`)].length > 0;
      } catch {
        return false;
      }
    };
    while (!kept()) await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill("SIGINT");
    const { code, stdout, stderr } = await process.output();
    const text = new TextDecoder().decode(stderr), result = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(code, 130, text);
    assert.equal(result.interrupted, true);
    assert(result.measured >= 1 && result.left >= 1, text);
    assert.match(text.replace(/\s+/g, " "), /interrupted: not measured: \d passes, which stay with the priors/);
  });
});

Deno.test("mistakes are named in the words of the command line", async () => {
  const mistakes: [string[], RegExp, number][] = [
    [["--model", "vgg61"], /--model vgg61: did you mean vgg1[16]\?/, 2],
    [["--budget", "-1"], /--budget -1: expected seconds from 0 on/, 2],
    [["--rounds", "0"], /--rounds 0: expected a whole number from 1 on/, 2],
    [["lba"], /unknown preset lba; did you mean lab\?/, 1],
    [["lab", "mask.blok=[2,2]"], /mask\.blok/, 1],
    [["--dataset", "cifar1"], /unknown data set "cifar1": did you mean "cifar10"\?/, 1],
    [["--show", "--figures", "x", "--model", "vgg11"], /nothing to draw/, 1],
  ];
  const ended = await Promise.all(mistakes.map(([words]) => startsparse(["tune", ...words])));
  ended.forEach((one, i) => assertClearError(one, mistakes[i][1], mistakes[i][2]));
});
