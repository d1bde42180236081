/** Help of the commands that read runs: examples first. */

/** Under the options of `results`. */
export const RESULTS_HELP = `
Examples:
  startsparse results runs/quickstart-2026-01-31-142530
  startsparse results runs --by method,density --interval normal
  startsparse results runs/sweep-a runs/sweep-b --csv --out results.csv
  startsparse results runs --json | jq '.groups[] | [.rule, .realised_density, .best_test_accuracy]'
  startsparse results runs --latex --wide --out table.tex
  startsparse results runs --show realised_density,best_test_accuracy,n,peak_bytes

Rows are means over runs that differ in their seeds alone; every such run counts, whatever is shown.
Accuracies are those of the test images: best is at the epoch of best validation accuracy.
`;

/** Under the options of `report`. */
export const REPORT_HELP = `
Examples:
  startsparse report runs/quickstart-2026-01-31-142530
  startsparse report runs/sweep-a --title "Densities of VGG-16" --out reports/vgg16
  startsparse report runs --interval normal

report.html opens anywhere and prints well; each chart is an SVG file beside it. What is not
finished, or cannot be read, is named on the page. In a browser, Print makes a PDF of it.
`;

/** Under the options of `compare`. */
export const COMPARE_HELP = `
Examples:
  startsparse compare runs/lab-erk-0.1-s1-1a2b3c4d runs/lab-erk-0.1-s2-5e6f7a8b
  startsparse compare runs/sweep/gmp-er-s1 runs/sweep/rigl-er-s1 --json
`;

/** Under the options of `eval`. */
export const EVAL_HELP = `
Examples:
  startsparse eval runs/lab-erk-0.1-s1-1a2b3c4d
  startsparse eval runs/mine --split validation --json
  startsparse eval runs/mine --logits logits.safetensors
`;

/** Under the options of `export`. */
export const EXPORT_HELP = `
Examples:
  startsparse export runs/mine --onnx mine.onnx
  startsparse export runs/mine --tensorboard logs      then: tensorboard --logdir logs

The ONNX model takes images [N, C, H, W] with pixels from 0 to 1 and gives logits [N, classes].
What the masks have pruned is zero in it.
`;
