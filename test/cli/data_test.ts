/** `startsparse data` in real processes, with a cache folder of its own. */
import { strict as assert } from "node:assert";
import { DataView } from "../../src/cli/data_view.ts";
import type { Output } from "../../src/cli/output.ts";
import { assertClearError, type Ended, start, startsparse, withFolder } from "./command.ts";

/** A command whose cache is below `folder`. */
async function data(folder: string, ...words: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await start(["data", ...words], folder, { XDG_CACHE_HOME: `${folder}/cache` })
    .output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A table of so many rows, three features and two classes. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `${i % 7},${i * 0.25},${i % 3 - 1},${i % 2 ? "red" : "white"}`);
  return `acid,sugar,salt,colour\n${lines.join("\n")}\n`;
}

Deno.test("a table of one's own: imported, listed, described, verified, used, removed", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/wine.csv`, table(60));
    const got = await data(folder, "get", "wine", "--from", "wine.csv", "--label", "colour");
    assert.equal(got.code, 0, got.stderr);
    assert.match(got.stdout, /^wine +48 training and 12 test rows of 3 numbers, 2 classes$/m);
    assert.match(got.stdout, /startsparse run mlp data\.name=wine/);

    const list = await data(folder, "list");
    assert.match(list.stdout, /^wine +48 \+ 12 +3 numbers +2 +here \(/m);
    assert.match(list.stdout, /^cifar10 +50,000 \+ 10,000 +32×32×3 +10 +not here \(162 MiB\)$/m);
    assert(list.stdout.split("\n").every((line) => line.length <= 80), list.stdout);
    const sets = JSON.parse((await data(folder, "--json")).stdout) as { name: string; state: string; bytes: number }[];
    assert.deepEqual(sets.find(({ name }) => name === "wine")?.bytes, 60 * 13);
    assert.equal(sets.find(({ name }) => name === "fashion-mnist-10k")?.state, "embedded");

    const info = (await data(folder, "info", "wine")).stdout;
    assert.match(info, /columns +acid, sugar, salt/);
    assert.match(info, /classes +2: /);
    assert.match(info, /imported from +wine\.csv: [\d,]+ bytes, SHA-256/);
    assert.match((await data(folder, "verify", "wine")).stdout, /wine is as it should be/);
    const density = start(["density", "mlp", "--dataset", "wine", "--json"], folder, {
      XDG_CACHE_HOME: `${folder}/cache`,
    });
    const { layers, input } = JSON.parse(new TextDecoder().decode((await density.output()).stdout));
    assert.deepEqual([input, layers[0].shape], [[3, 1, 1], [300, 3]]);

    assertClearError(await data(folder, "get", "wine", "--from", "wine.csv"), /wine is there already[^]*--force/);
    assert.equal((await data(folder, "get", "wine", "--from", "wine.csv", "--force", "--json")).code, 0);
    await Deno.writeTextFile(`${folder}/cache/startsparse/datasets/wine/test-labels.bin`, "123456789012");
    assertClearError(await data(folder, "verify", "wine"), /damaged: .*test-labels\.bin has SHA-256/);
    assert.match((await data(folder, "remove", "wine")).stdout, /^removed .*datasets\/wine$/m);
    assertClearError(await data(folder, "remove", "wine"), /nothing of data set wine in the cache/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/cache/startsparse/datasets`)], []);
  });
});

Deno.test("what is known of a set that is not here, without a word to the network", async () => {
  await withFolder(async (folder) => {
    const { stdout } = await data(folder, "info", "cifar10");
    assert.match(
      stdout,
      /source +https:.*cifar-10-binary\.tar\.gz\n +cifar-10-binary\.tar\.gz: 170,052,171 bytes, SHA-256/,
    );
    assert.match(stdout, /cite +Krizhevsky/);
    assert.match(stdout, /not here: startsparse data get cifar10/);
    const json = JSON.parse((await data(folder, "info", "mnist", "--json")).stdout);
    assert.deepEqual([json.present, json.cached, json.files.length], [false, null, 4]);
    assertClearError(
      await data(folder, "verify", "mnist"),
      /data set mnist \(.*\) is not here yet[^]*startsparse data get mnist/,
    );
    assertClearError(await data(folder, "info", "cifar1"), /unknown data set "cifar1": did you mean "cifar10"\?/);
    assertClearError(await data(folder, "get", "mine"), /mine is not one that can be downloaded[^]*--from/);
    assertClearError(await data(folder, "get", "mine", "--from", "none"), /cannot read none: there is no such file/);
    assertClearError(await data(folder, "remove", "fashion-mnist-10k"), /comes with the project/);
    assertClearError(await data(folder, "gett", "cifar10"), /unknown command 'data gett'\n.*get/, 2);
    assertClearError(await data(folder, "get", "x", "--from", "y", "--format", "zip"), /--format zip: did you mean/, 2);
  });
});

Deno.test({
  name: "Ctrl-C during an import leaves nothing, ends with 130 and says how to go on",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/large.csv`, table(400_000));
      const env = { XDG_CACHE_HOME: `${folder}/cache` };
      const child = start(["data", "get", "large", "--from", "large.csv"], folder, env);
      const importing = `${folder}/cache/startsparse/datasets/.large.importing`;
      while (!exists(importing)) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill("SIGINT");
      const { code, stderr } = await child.output(), text = new TextDecoder().decode(stderr);
      assert.equal(code, 130, text);
      assert.match(text, /^interrupted: .*nothing was kept\nThe same command begins again\.$/m);
      assert.deepEqual([...Deno.readDirSync(`${folder}/cache/startsparse/datasets`)], []);
    });
  },
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

Deno.test("without a terminal, progress is a line now and then, with rate and time left", () => {
  const lines: string[] = [];
  let now = 0;
  const output = { isTerminal: false, columns: 80, say: (line = "") => void lines.push(line) } as unknown as Output;
  const view = new DataView(output, () => now);
  const total = 100 * 2 ** 20;
  // A download that goes on at a quarter: what was there already tells nothing of the rate.
  for (let second = 0; second <= 30; second++) {
    now = 1000 * second;
    view.show({ phase: "download", done: total * (0.25 + 0.75 * second / 30), total, unit: "bytes" });
  }
  view.show({ phase: "check", done: 0, total, unit: "bytes" });
  view.end();
  assert.deepEqual(lines, [
    "downloading: 50.0 of 100 MiB · 2.5 MiB/s · 20\u2009s left",
    "downloading: 75.0 of 100 MiB · 2.5 MiB/s · 10\u2009s left",
    "downloading: 100 of 100 MiB · 2.5 MiB/s · 1\u2009s left",
    "downloading: 100 MiB in 30.0\u2009s",
  ]);
});

Deno.test("models are counted on the images of a data set", async () => {
  const list = JSON.parse((await startsparse(["models", "--json"])).stdout) as { name: string; parameters: number }[];
  const parameters = (name: string) => list.find((model) => model.name === name)?.parameters;
  assert.deepEqual([parameters("vgg16"), parameters("resnet18")], [14_724_042, 11_173_952]);
  const shown = (await startsparse(["models", "--dataset", "mnist"])).stdout;
  assert.match(shown, /^lenet5 +61,706 /m);
  assert.match(shown, /Parameters on mnist \(images of 28×28×1, 10 classes\)/);
});
