/**
 * Golden values of the rules on VGG-16 and ResNet-18 for CIFAR-10, from an independent implementation of the formulas.
 * Columns: density; ERK's epsilon and dense layers; factor and density of STR's ERK; share, full layers and density of
 * balanced; density of its partial correction; pyramidal's base. "-" where none was computed.
 */
const TABLES = {
  vgg16: `
  .5   976.721839 0,1,2,3,4,13 861.669048 .445584 525556.6 6 .323756 .431598 .93280634
  .3   564.595810 0,1,2,3,13   -          -       315333.9 - .209470 -       .88458719
  .2   371.242612 0,1,13       344.667619 .185896 210222.6 5 .146572 .178882 .84697507
  .1   184.379456 0,13         172.333810 .093497 105111.3 4 .079409 .090906 .78374272
  .05  91.758711  0,13         86.166905  .046981 52555.7  3 .042256 .046081 .72138335
  .01  17.716832  13           17.233381  .009737 10511.1  2 .009037 .009548 .57618412
  .005 8.616690   none         8.616690   .005    5255.6   2 .004751 .004957 .51162769
  .001 1.723338   none         1.723338   .001    1051.1   0 .001    .001    .35453113`,
  resnet18: `
  .5   820.382429 0,1,2,3,4,5,6,7,8,9,10,12,17,20 601.981667 .388625 265817.9 13 .265934 .420582 .95862621
  .3   447.261389 0,1,2,3,4,5,7,12,17,20          -          -       159490.7 -  .189743 -       .92823742
  .2   280.702945 0,1,2,3,4,7,12,17,20            240.792667 .174073 106327.2 9  .138380 .181553 .90403102
  .1   131.961867 0,7,12,20                       120.396333 .091611 53163.6  8  .079395 .093188 .86204095
  .05  64.023762  0,7,20                          60.198167  .047093 26581.8  3  .044204 .047615 .81836651
  .01  12.172725  20                              12.039633  .009896 5316.4   2  .009661 .009952 .69838034
  .005 6.019817   none                            6.019817   .005    2658.2   1  .004917 .004996 .62810475
  .001 1.203963   none                            1.203963   .001    531.6    0  .001    .001    .40355300`,
};

/** One line of the table: texts as they were printed, so that a reader knows how many digits count. */
export interface GoldenRow {
  readonly density: string;
  readonly epsilon: string;
  /** Indices of ERK's full layers with commas between them, or "none". */
  readonly dense: string;
  readonly factor: string;
  readonly strDensity: string;
  readonly share: string;
  readonly fullLayers: string;
  readonly balancedDensity: string;
  readonly partialDensity: string;
  readonly base: string;
}

/** Rows by model. */
export const GOLDEN_DENSITIES: Readonly<Record<string, readonly GoldenRow[]>> = Object.fromEntries(
  Object.entries(TABLES).map(([model, table]) => [
    model,
    table.trim().split("\n").map((line): GoldenRow => {
      const [density, epsilon, dense, factor, strDensity, share, fullLayers, balancedDensity, partialDensity, base] =
        line.trim().split(/ +/);
      return { density, epsilon, dense, factor, strDensity, share, fullLayers, balancedDensity, partialDensity, base };
    }),
  ]),
);

/** Whether a value is the printed one as far as that was printed; "-" is equal to all. */
export function equalsPrinted(value: number, printed: string, digits: number): boolean {
  return printed === "-" || Math.abs(value - Number(printed)) <= 0.5000001 * 10 ** -digits;
}
