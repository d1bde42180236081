/** Help that teaches: examples first, then where to look further. */

/** Under the list of commands. */
export const MAIN_HELP = `
Examples:
  startsparse quickstart                     dense and sparse networks compared, in minutes
  startsparse run lab                        one network, a tenth of its weights kept
  startsparse run lab mask.rule=erk mask.density=0.02 train.epochs=5
  startsparse run lab mask.rule=dense        its dense twin
  startsparse run lab --seed 2 --json        another mask; the result as JSON
  startsparse sweep mini/er-ratios           a grid: rules, densities and seeds
  startsparse resume runs/lab-uniform-0.1-s1-1a2b3c4d          go on with a run that was ended
  startsparse density vgg16 --rule balanced --density 0.5      what a rule makes of a network
  startsparse data get cifar10               download a data set, check it, and keep it
  startsparse presets show lab               every setting of a preset
  startsparse doctor                         is this machine ready?

Density is the fraction of weights that is kept: 0.02 keeps one in fifty.
DEBUG=1, 2 or 3 in the environment shows the kernel plan, the time of each kernel, or its source.
`;

/** Under the options of `run`, after the common settings. */
export const RUN_HELP = `
Examples:
  startsparse run lab mask.rule=balanced mask.density=0.02
  startsparse run lenet5 train.optimizer=adam train.lr=0.001
  startsparse run mlp model.widths=[64,64] data.limit=1000 train.epochs=2
  startsparse run vgg16-cifar10 train.steps=300 --out runs/short
  startsparse run my.yaml --out runs/mine --require-gpu
  startsparse run runs/mine/config.yaml --out runs/again      the same run once more

A run is a folder: config.yaml, plan.json, provenance.json, metrics.jsonl, result.json,
weights.safetensors and masks.safetensors, and checkpoints/ until it is finished. Ctrl-C
ends it cleanly with what there is, and startsparse resume goes on with it.
Before a long one: startsparse plan shows what it needs, startsparse density its mask.
`;

/** Under the options of `resume`. */
export const RESUME_HELP = `
Examples:
  startsparse resume runs/lab-uniform-0.1-s1-1a2b3c4d
  startsparse resume runs/mine --adapter nvidia      where another adapter would be taken first

It ends with the same bits as a run that was never ended, on the same adapter. Ctrl-C, SIGTERM and SIGUSR1
write a checkpoint and end; checkpoint.every and checkpoint.seconds say when others are written.
`;

/** Under the options of `quickstart`. */
export const QUICKSTART_HELP = `
Examples:
  startsparse quickstart
  startsparse quickstart train.epochs=1 data.limit=1000      a quick look
  startsparse quickstart model.width=32 --out runs/wide --require-gpu

It writes a folder with a run for each network, and a page and charts that compare them.
What is trained: startsparse presets show quickstart
`;

/** Under the options of `sweep`. */
export const SWEEP_HELP = `
Examples:
  startsparse sweep mini/er-ratios                            dense and four rules, from three seeds
  startsparse sweep lab grid.mask.density=0.05,0.1 grid.seed=1,2,3     axes over a preset of one run
  startsparse sweep mini/er-ratios --jobs 2 train.epochs=2
  startsparse sweep paper/er-ratios-vgg16-cifar10 --on slurm --time 8:00:00 --jobs 16
  startsparse sweep status sweeps/er-ratios-1a2b3c4d
  startsparse sweep cancel sweeps/er-ratios-1a2b3c4d
  startsparse sweep retry sweeps/er-ratios-1a2b3c4d           what is missing or failed

A sweep is a folder with a run folder for each cell. Seeds are axes too: grid.seed=1,2,3, or
grid.seeds.mask=1,2,3 for masks alone. A cell that fails stops no other.
What it will take: startsparse plan <preset>
`;

/** Under the options of `plan`. */
export const PLAN_HELP = `
Examples:
  startsparse plan resnet18-cifar10
  startsparse plan vgg16-cifar10 mask.density=0.02 --layers
  startsparse plan resnet50-tiny-imagenet train.batch=64 --json
  startsparse plan paper/er-ratios-vgg16-cifar10              a grid: its cells, their work and time

It takes what run and sweep take, trains nothing, and needs no file of the data set.
`;

/** Under the options of `density`. */
export const DENSITY_HELP = `
Examples:
  startsparse density vgg16 --rule balanced --density 0.5
  startsparse density resnet18 --dataset cifar100 --rule erk --density 0.01 --flow paper
  startsparse density resnet50 --dataset tiny-imagenet --rule pyramidal --density 0.05 --block 8,4
  startsparse density mlp --dataset mnist --layers fc1.weight=0.01,fc2.weight=0.1,fc3.weight=1
  startsparse density vgg16 --rule erk --density 0.1 --json

density      the rule's for each layer: the fraction of its weights that is kept
kept         weights of the mask that this seed draws; realised is their fraction
mult-adds    of the kept weights, for one image
compute density   multiply-adds kept over all: what a step costs, at best

The data set's files are not needed. The rules: startsparse rules
`;

/** Under the options of `models`. */
export const MODELS_HELP = `
Examples:
  startsparse models
  startsparse models --dataset tiny-imagenet
  startsparse density vgg16 --width 0.5         the layers of one
`;

/** Under the options of `presets`. */
export const PRESETS_HELP = `
Examples:
  startsparse presets
  startsparse presets show lab                  complete, with every default filled in
  startsparse presets show lab > my.yaml        to change and run: startsparse run my.yaml
`;

/** Under the options of `rules`. */
export const RULES_HELP = `
Examples:
  startsparse rules
  startsparse density resnet18 --rule erk --density 0.05      what one makes of a network
  startsparse run lab mask.rule=pyramidal mask.density=0.05   a network trained with it
`;

/** Under the options of `methods`. */
export const METHODS_HELP = `
Examples:
  startsparse methods
  startsparse methods granet                                  its settings and their defaults
  startsparse methods --json                                  all of it, for programs
  startsparse run lab mask.density=0.3 method=gmp method.density=0.05
  startsparse run lab mask.rule=dense method=gmp method.density=0.05      from a dense start
  startsparse run lab mask.density=0.3 score=snip score.density=0.05      pruned before training
`;

/** Under the options of `schema`. */
export const SCHEMA_HELP = `
Examples:
  startsparse schema > startsparse.schema.json
  # yaml-language-server: $schema=startsparse.schema.json     first line of a YAML file, for editors
`;

/** Under the options of `doctor`. */
export const DOCTOR_HELP = `
Examples:
  startsparse doctor
  startsparse doctor --json

Each line says ok, warn or fail, and what to do about what is not ok. Nothing depends on a note.
`;

/** Under the commands of `data`. */
export const DATA_HELP = `
Examples:
  startsparse data                                        what there is, and where
  startsparse data get cifar10                            download, check, decode, keep
  startsparse data get cifar10 --from cifar-10-binary.tar.gz     a file that is here already
  startsparse data get flowers --from flowers.zip --size 64      images of your own
  startsparse data verify cifar10                         is every byte as it should be?
`;

/** Under the options of `data get`. */
export const DATA_GET_HELP = `
Examples:
  startsparse data get cifar10
  startsparse data get cifar10 --from ~/Downloads/cifar-10-binary.tar.gz
  startsparse data get mnist --from folder-with-the-four-files
  startsparse data get flowers --from flowers.tar.gz --size 64     a folder for each class
  startsparse data get wine --from wine.csv --label quality

A known name stands for that content alone, told by SHA-256; other data take a name of
their own. A download that was stopped goes on where it was. Nothing is half there: a set
is in the cache as a whole or not at all.
`;

/** Under the options of `completions`. */
export const COMPLETIONS_HELP = `
bash, for this shell:       source <(startsparse completions bash)
bash, from now on:          startsparse completions bash > ~/.startsparse-completion.bash
                            echo 'source ~/.startsparse-completion.bash' >> ~/.bashrc
zsh, for this shell:        source <(startsparse completions zsh)     after compinit
zsh, from now on:           startsparse completions zsh > ~/.zfunc/_startsparse
                            and in ~/.zshrc, before compinit: fpath+=~/.zfunc

They complete commands, options, presets, models, rules, data sets and settings (mask.ru,
mask.rule=ba). Where it is started by npx: alias startsparse='npx startsparse'
Write the file again after an update, or for presets of your own.
`;
