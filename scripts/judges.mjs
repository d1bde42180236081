/**
 * `npm run test:judges`: trains small networks and lets the programs that their files are for read them (onnx,
 * onnxruntime, TensorBoard, safetensors). Needs python3 with those packages, see test/judges/exports.py; PYTHON names
 * another python.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SETTINGS = ["data.limit=1000", "data.testLimit=500", "train.epochs=2", "train.batch=64", "train.lr=0.1"];
const RUNS = [
  ["mlp", "mask.density=0.2"],
  ["lenet5", "mask.density=0.2", "kernels.storage=packed"],
  ["resnet20", "width=0.25", "mask.rule=erk", "mask.density=0.2"],
  ["vgg16-narrow", "mask.density=0.5"],
  ["lab", "width=8", "mask.rule=dense", "method=rigl", "method.density=0.1"],
  ["lab", "width=8", "mask.rule=erk", "mask.density=0.3", "method=str", "method.initial=-5", "method.decay=0.03"],
];

const folder = mkdtempSync(join(tmpdir(), "startsparse-judges-"));
const call = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (error || status !== 0) {
    throw new Error(`${[command, ...args].join(" ")}: ${error?.message ?? `status ${status}`}`);
  }
};
const startsparse = (...args) => call(process.execPath, [join(root, "bin/startsparse.mjs"), ...args]);
try {
  for (const [index, [preset, ...settings]] of RUNS.entries()) {
    const run = `run${index}`;
    console.log([preset, ...settings].join(" "));
    startsparse("run", preset, ...settings, ...SETTINGS, "--out", run);
    startsparse("eval", run, "--logits", `${run}.safetensors`);
    startsparse("export", run, "--onnx", `${run}.onnx`, "--tensorboard", "logs");
    const judge = [join(root, "test/judges/exports.py"), run, `${run}.safetensors`, `${run}.onnx`, "logs"];
    const { status, error } = spawnSync(
      process.env.PYTHON ?? "python3",
      [...judge, join(root, "datasets/fashion-mnist-10k")],
      { cwd: folder, stdio: ["ignore", "inherit", "inherit"] },
    );
    if (error || status !== 0) throw new Error(`the judges refuse ${preset}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
