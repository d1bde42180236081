import { strict as assert } from "node:assert";
import { gzip } from "../../src/formats/gzip.ts";

Deno.test("the script that made the embedded data refuses files that are not the official ones", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/train-images-idx3-ubyte.gz`, await gzip(new Uint8Array([0, 0, 8, 3])));
  const script = decodeURIComponent(new URL("../../scripts/make_embedded_dataset.ts", import.meta.url).pathname);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", script, folder, `${folder}/out`],
    stderr: "piped",
    stdout: "null",
  }).output();
  await Deno.remove(folder, { recursive: true });
  assert.equal(code, 1);
  const lines = new TextDecoder().decode(stderr).trim().split("\n").filter((line) => line.includes("official"));
  assert.match(lines.join("\n"), /^\/.*train-images-idx3-ubyte\.gz is not the official file: SHA-256 /);
});
