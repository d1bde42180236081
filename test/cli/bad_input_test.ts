import { writeMasks } from "../../src/formats/masks.ts";
import { emptyMask } from "../../src/masks/mask.ts";
import { listAdapters } from "../../src/gpu/adapter.ts";
import { assertClearError, startsparse, TINY, withFolder } from "./command.ts";

const software = (await listAdapters(navigator.gpu)).find((adapter) => adapter.software);

Deno.test("an unknown key is named with the nearest known one", async () => {
  assertClearError(
    await startsparse(["run", "lab", "mask.densty=0.1"]),
    /unknown key mask\.densty; did you mean mask\.density\?/,
  );
});

Deno.test("density 0 is refused, and what density means is said", async () => {
  assertClearError(await startsparse(["run", "lab", "mask.density=0"]), /mask\.density is 0.*\(0, 1\]/);
});

Deno.test("an unknown preset is named with the nearest and the list", async () => {
  const ended = await startsparse(["run", "lenet6"]);
  assertClearError(ended, /unknown preset lenet6; did you mean lenet5\?\nhint: Presets are .*lab/);
});

Deno.test("a mask file of another shape is refused, naming layer and shapes", async () => {
  await withFolder(async (folder) => {
    const masks = ["fc1", "fc2"].map((name) => emptyMask(`${name}.weight`, [3, 5]));
    await Deno.writeFile(`${folder}/masks.safetensors`, writeMasks(masks, {}));
    const file = ["mask.rule=file", "mask.path=masks.safetensors"];
    assertClearError(await startsparse(["run", ...TINY, ...file], folder), /masks\.safetensors.*\[?3/s);
  });
});

Deno.test("an output folder that cannot be written is refused before anything is trained", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const ended = await startsparse(["run", ...TINY, "--out", "file/run"], folder);
    assertClearError(ended, /cannot write into the folder file\/run: .*file, not a folder/);
  });
});

Deno.test({
  name: "--require-gpu refuses a software adapter by name",
  ignore: software === undefined,
  fn: async () => {
    const ended = await startsparse(["run", ...TINY, "--require-gpu", "--adapter", software!.description]);
    assertClearError(ended, /GPU is required.*computes on the CPU/);
  },
});

Deno.test("a wrong call ends with 2 and says what was meant", async () => {
  assertClearError(await startsparse(["rum"]), /unknown command 'rum'\n.*run/, 2);
  assertClearError(
    await startsparse(["run", "lab", "--epochs", "3"]),
    /settings are given as key=value: train\.epochs=/,
    2,
  );
});
