/** The completion script, asked by a real bash as a person's Tab asks it. */
import { strict as assert } from "node:assert";
import { startsparse, withFolder } from "./command.ts";

const bash = await hasShell("bash"), zsh = await hasShell("zsh");

async function hasShell(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: ["-c", "exit 0"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function shell(name: string, script: string, cwd: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(name, { args: ["-c", script], cwd }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "bash completes commands, options, names and settings",
  ignore: !bash,
  fn: async () => {
    await withFolder(async (folder) => {
      const made = await startsparse(["completions", "bash"]);
      assert.equal(made.code, 0);
      await Deno.writeTextFile(`${folder}/script.bash`, made.stdout);
      await Deno.writeTextFile(`${folder}/mine.yaml`, "");
      const cases: [string, string | RegExp][] = [
        ["startsparse dat", "data"],
        ["startsparse data ", "list get verify info remove"],
        ["startsparse data get cifar", "cifar10 cifar100"],
        ["startsparse run le", "lenet5"],
        ["startsparse run mi", /^mini\/base mini\/dst .*mini\/str-ratios mine\.yaml$/],
        ["startsparse run ", /^(?!.*mine\.yaml).*\blab\b.*\bresnet20\b/],
        ["startsparse run lab --requ", "--require-gpu"],
        ["startsparse run lab mask.de", "mask.density="],
        ["startsparse run lab dens", "density="],
        ["startsparse run lab mask.rule=bal", "balanced balanced-partial balanced-fill"],
        ["startsparse run lab rule=pyr", "pyramidal"],
        ["startsparse run --seed 3 lab train.nesterov=", "true false"],
        ["startsparse run lab data.name=cifar100", "cifar100"],
        ["startsparse density vgg", "vgg11 vgg16 vgg19"],
        ["startsparse density vgg16 --rule erk", "erk erk-str"],
        ["startsparse density vgg16 --rule=erk-", "erk-str"],
        ["startsparse density vgg16 --layers mi", "mine.yaml"],
        ["startsparse presets show le", "lenet5"],
        ["startsparse help mod", "models"],
        ["startsparse completions ", "bash zsh"],
        ["startsparse nothing-such ", ""],
      ];
      const lines = cases.map(([line]) =>
        `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _startsparse; echo "\${COMPREPLY[*]}"`
      );
      const answers = (await shell("bash", `source ./script.bash\n${lines.join("\n")}`, folder)).split("\n");
      cases.forEach(([line, expected], i) => {
        if (typeof expected === "string") assert.equal(answers[i], expected, line);
        else assert.match(answers[i], expected, line);
      });
    });
  },
});

Deno.test({
  name: "zsh reads its script",
  ignore: !zsh,
  fn: async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/script.zsh`, (await startsparse(["completions", "zsh"])).stdout);
      const ask =
        "autoload -Uz compinit; compinit -D; source ./script.zsh; __startsparse_setting mask.flow; echo $list";
      assert.equal(await shell("zsh", ask, folder), "off paper released\n");
    });
  },
});

Deno.test("every command, model, rule, data set and preset is in the script", async () => {
  const script = (await startsparse(["completions", "zsh"])).stdout;
  for (const word of ["quickstart", "density", "resnet18-capped", "balanced-fill", "tiny-imagenet", "vgg16-narrow"]) {
    assert(script.includes(word), word);
  }
});
