/** Where a value stands on a logarithmic slider, and where the keys take it. */

/** A slider's range. With `zero`, its left end is 0 and the logarithmic part begins at {@link ZERO_PART}. */
export interface LogScale {
  readonly min: number;
  readonly max: number;
  readonly zero?: boolean;
  /** Values that arrow keys go to and the pointer snaps to, any order; without them, `perDecade` even steps. */
  readonly detents?: readonly number[];
  /** Steps of a decade where there are no detents. */
  readonly perDecade?: number;
}

/** Detents of a density, page.md §7. */
export const DENSITY_DETENTS = [1, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] as const;

/** Part of the track that belongs to 0. */
const ZERO_PART = 0.06;
/** How near to a detent, as a part of the track, the pointer must be to snap to it. */
const SNAP = 0.012;

/** Place of a value on the track, 0 to 1. */
export function placeOf(scale: LogScale, value: number): number {
  const start = scale.zero ? ZERO_PART : 0;
  if (value <= 0) return 0;
  const place = Math.log(value / scale.min) / Math.log(scale.max / scale.min);
  return start + (1 - start) * Math.min(1, Math.max(0, place));
}

/** Value at a place of the track, with as many figures as anyone sets by hand. */
export function valueAt(scale: LogScale, place: number): number {
  const start = scale.zero ? ZERO_PART : 0;
  if (scale.zero && place < start / 2) return 0;
  const part = Math.min(1, Math.max(0, (place - start) / (1 - start)));
  return tidy(scale, scale.min * (scale.max / scale.min) ** part);
}

/** Value under the pointer: a detent where one is near. */
export function snapped(scale: LogScale, place: number): number {
  const value = valueAt(scale, place);
  const near = stops(scale).find((stop) => Math.abs(placeOf(scale, stop) - place) <= SNAP);
  return near ?? value;
}

/** Where a key goes: to the next stop, by 2 %, or by a decade. */
export function moved(scale: LogScale, value: number, by: "stop" | "fine" | "decade", up: boolean): number {
  const all = stops(scale);
  if (by === "stop") {
    // Far enough that the stop on which the value stands is not the next one.
    const beyond = (stop: number) => up ? stop > value * 1.0001 : stop < value * 0.9999;
    return (up ? all.find(beyond) : all.findLast(beyond)) ?? value;
  }
  if (value === 0) return up ? scale.min : 0;
  const factor = by === "fine" ? 1.02 : 10;
  const next = up ? value * factor : value / factor;
  if (scale.zero && !up && value <= scale.min) return 0;
  return tidy(scale, Math.min(scale.max, Math.max(scale.min, next)));
}

/** All stops, ascending. */
export function stops(scale: LogScale): readonly number[] {
  const zero = scale.zero ? [0] : [];
  if (scale.detents) return [...zero, ...[...scale.detents].sort((a, b) => a - b)];
  const perDecade = scale.perDecade ?? 10;
  const count = Math.round(Math.log10(scale.max / scale.min) * perDecade);
  return [...zero, ...Array.from({ length: count + 1 }, (_, i) => tidy(scale, scale.min * 10 ** (i / perDecade)))];
}

function tidy(scale: LogScale, value: number): number {
  return Math.min(scale.max, Math.max(scale.min, Number(value.toPrecision(3))));
}
