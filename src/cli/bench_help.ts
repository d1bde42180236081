/** Help of the benchmarks: examples, and what the figures mean. */

/** Under the commands of `bench`. */
export const BENCH_HELP = `
Examples:
  startsparse bench step --model vgg16 --densities 1,0.1,0.01
  startsparse bench conv --channels 64,64 --image 16
  startsparse bench matmul --features 512,512

What is compared runs in turns, round after round, so that a machine that slows down for a while slows all of it
down. Medians are shown; compilation is in none of them and is told apart. A figure holds for the adapter in the first
line and no other.
`;

const COLUMNS = `
time          median over the rounds, and the middle half of them
over dense    its time over that of the fastest dense kernel of the same pass: 0.1× is a tenth
GFLOP/s       operations of the kept weights, in 10⁹ a second; of peak: over the measured peak of multiply-adds
as dense      the same with the pruned weights: what a dense kernel would have to reach to take as long
bytes         of weights and pattern
`;

/** Under the options of `bench conv`. */
export const CONV_HELP = `
Examples:
  startsparse bench conv
  startsparse bench conv --channels 256,256 --image 8 --batch 32 --densities 0.1,0.05,0.01 --blocks 1x1,8x8
  startsparse bench conv --channels 64,128 --kernel 1 --stride 2 --passes forward --activations f32,f16 --json
${COLUMNS}
Every kernel's numbers are checked against a plain reference before it is timed. A time of 16-bit activations includes
making the 16-bit copies, which passes of a training step share.
`;

/** Under the options of `bench matmul`. */
export const MATMUL_HELP = `
Examples:
  startsparse bench matmul
  startsparse bench matmul --features 4096,1000 --batch 256 --densities 0.05 --blocks 1x1,8x4
${COLUMNS}`;

/** Under the options of `bench step`. */
export const STEP_HELP = `
Examples:
  startsparse bench step --model vgg16 --densities 1,0.1,0.01
  startsparse bench step --model resnet18 --rule erk --block 8,8 --densities 0.1,0.02 --activations f16
  startsparse bench step --model lab --dataset fashion-mnist-10k --figures figures
  startsparse bench step --model vgg16 --json > vgg16.json

c             compute density: multiply-adds that the mask keeps, of all; what a step should cost
packed        layers that the kernel plan stores packed
over dense    its time over the dense step's, round by round; 0.1× is a tenth
off GPU       share of the time in which the GPU did not work for the step
layers        bytes of weights, gradients, optimizer state and pattern of the layers that can be sparse
in all        these, and activations and what is never sparse; the images come on top

Without --dataset the images are random, 3,32,32 of 10 classes: a step costs the same whatever they show.
`;

/** Under the options of `bench figures`. */
export const FIGURES_HELP = `
Examples:
  startsparse bench step --model vgg16 --json > vgg16.json
  startsparse bench step --model resnet18 --json > resnet18.json
  startsparse bench figures vgg16.json resnet18.json --out figures
`;

/** Under the options of `tune`. */
export const TUNE_HELP = `
Examples:
  startsparse tune lab                            the layers of a preset
  startsparse tune vgg16-cifar10 train.batch=64 --budget 300
  startsparse tune --model resnet18 --dataset cifar10 --batch 32 mask.block=[8,8]
  startsparse tune lab --show --figures figures   what was measured
  startsparse tune --show

A run stores each layer dense or packed, whichever is faster. Where this adapter was tuned for the layer, measured
times say which that is, elsewhere a prior for its class of adapters. tune takes what run takes; without a preset it
measures the networks of quickstart, lab and lenet5. The most expensive layers come first. A further call goes on
where the last one stopped: out of time, or by Ctrl-C.

dense         milliseconds of each dense kernel of a pass; a run takes the fastest
packed        milliseconds at density d: fixed + slope·d
break-even    density below which packed is faster; dx and dw are the gradients of input and weights

Runs never measure: a run's plan is in its folder, and kernels.plan=<folder>/plan.json takes it again as it is.
kernels.plan=prior leaves measurements aside.
`;
