/**
 * Densities in proportion to given ones, scaled so that the whole keeps `density`: Σ_l p_l·N_l = p·N. A layer that would
 * exceed 1 is dense, and the others take up the difference; layers of ratio 0 stay empty.
 *
 * Given ratios that a pruner has found, it is a random source with the pruner's shares at any budget. The authors' code does
 * so with the densities of STR (`str-induced-er`), without making up for layers that exceed 1.
 *
 * @param sizes maskable weights of each layer
 * @param ratios of each layer, at least 0; only their proportions count
 * @returns densities in [0, 1]; less than asked for in all where all layers that have a ratio are dense
 */
export function proportionalDensities(
  sizes: readonly number[],
  ratios: readonly number[],
  density: number,
): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const filled = new Set<number>();
  for (;;) {
    const free = ratios.map((_, l) => l).filter((l) => !filled.has(l) && ratios[l] > 0);
    const budget = density * all - [...filled].reduce((sum, l) => sum + sizes[l], 0);
    const weight = free.reduce((sum, l) => sum + ratios[l] * sizes[l], 0);
    const scale = free.length === 0 ? 0 : budget / weight;
    const over = free.filter((l) => ratios[l] * scale > 1);
    if (over.length === 0) return ratios.map((ratio, l) => filled.has(l) ? 1 : ratio * scale);
    for (const l of over) filled.add(l);
  }
}
