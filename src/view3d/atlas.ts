/** Where each plane's texels lie in the one texture: shelves of rectangles, aligned so that mip levels line up. */

/** A place in the texture's largest level. */
export interface AtlasPlace {
  readonly x: number;
  readonly y: number;
}

/** Mip levels: full size, halves, quarters. */
export const LEVELS = 3;
const STEP = 2 ** (LEVELS - 1);

/**
 * Packs rectangles in shelves, the highest first.
 * @returns a place for each, in the order given, and the texture's size
 */
export function packAtlas(
  sizes: readonly { columns: number; rows: number }[],
  most = 8192,
): { places: AtlasPlace[]; width: number; height: number } {
  const up = (n: number) => Math.ceil(n / STEP) * STEP;
  const area = sizes.reduce((sum, { columns, rows }) => sum + up(columns) * up(rows), 0);
  const widest = Math.max(STEP, ...sizes.map(({ columns }) => up(columns)));
  const width = Math.min(most, Math.max(widest, up(Math.sqrt(area))));
  const places: AtlasPlace[] = new Array(sizes.length);
  const order = sizes.map((_, i) => i).sort((a, b) => sizes[b].rows - sizes[a].rows || a - b);
  let x = 0, y = 0, shelf = 0;
  for (const i of order) {
    const w = up(sizes[i].columns), h = up(sizes[i].rows);
    if (x + w > width) {
      y += shelf;
      x = shelf = 0;
    }
    places[i] = { x, y };
    x += w;
    shelf = Math.max(shelf, h);
  }
  const height = y + shelf;
  if (height > most) throw new RangeError(`the planes need a texture of ${width} × ${height}, but it may have ${most}`);
  return { places, width, height: Math.max(STEP, height) };
}
