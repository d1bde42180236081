/** Help of the commands that read runs: examples first. */

/** Under the options of `results`. */
export const RESULTS_HELP = `
Examples:
  startsparse results runs/quickstart-2026-01-31-142530
  startsparse results runs --by method,density --interval normal
  startsparse results runs/sweep-a runs/sweep-b --csv --out results.csv
  startsparse results runs --json | jq '.groups[] | [.rule, .realised_density, .best_test_accuracy]'
  startsparse results runs --latex --wide --out table.tex

Rows are means over runs that differ in their seeds alone; every such run counts, whatever is shown.
Accuracies are those of the test images: best is at the epoch of best validation accuracy.
`;

/** Under the options of `report`. */
export const REPORT_HELP = `
Examples:
  startsparse report runs/quickstart-2026-01-31-142530
  startsparse report runs/sweep-a --title "Densities of VGG-16" --out reports/vgg16
  startsparse report runs --interval normal

report.html opens anywhere and prints well; each chart is an SVG file beside it. What is not finished,
or cannot be read, is named on the page. In a browser, Print makes a PDF of it.
`;
