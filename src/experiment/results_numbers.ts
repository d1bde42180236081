/** How numbers are written for people: in tables, charts, pages and on the terminal alike. */

import { formatInteger } from "../bytes.ts";

export { formatInteger };

/** Thin space, between a number and its unit. */
export const THIN = "\u2009";
/** A missing value. */
export const NONE = "–";

/** Density: three significant figures and no exponent down to 0.0001. */
export function formatDensity(density: number | null): string {
  if (density === null || !Number.isFinite(density)) return NONE;
  if (density === 0) return "0";
  return density >= 0.0001 ? fixedSignificant(density, 3) : density.toExponential(2).replace("-", "−");
}

/** Accuracy in per cent without the sign, one decimal in text and two in tables. */
export function formatPercent(fraction: number | null, decimals = 2): string {
  if (fraction === null || !Number.isFinite(fraction)) return NONE;
  return (fraction * 100).toFixed(decimals);
}

/** Difference of two accuracies, in points, with a sign. */
export function formatPoints(difference: number, decimals = 1): string {
  const text = (Math.abs(difference) * 100).toFixed(decimals);
  const sign = Number(text) === 0 ? "" : difference < 0 ? "−" : "+";
  return `${sign}${text}${THIN}points`;
}

/** Loss: three decimals. */
export function formatLoss(loss: number | null): string {
  return loss === null || !Number.isFinite(loss) ? NONE : loss.toFixed(3);
}

/** Counts: 1,234 up to 9,999, then 12.3 k, 1.47 M. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return NONE;
  if (count < 9999.5) return formatInteger(count);
  // 999,950 would round to "1000 k".
  if (count < 999_500) return `${fixedSignificant(count / 1e3, 3)}${THIN}k`;
  return `${fixedSignificant(count / 1e6, 3)}${THIN}M`;
}

/** Ratio with the multiplication sign: 0.84×, 3.4×, 12×. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return NONE;
  if (ratio >= 99.5) return `${formatInteger(ratio)}×`;
  return `${fixedSignificant(ratio, 2)}×`;
}

/** Time: three significant figures below a minute (4.10 ms, 12.4 s), then 1 min 20 s, then 2 h 05 min. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 0.9995) return `${fixedSignificant(seconds * 1e3, 3)}${THIN}ms`;
  if (seconds < 59.95) return `${fixedSignificant(seconds, 3)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}${THIN}min ${whole % 60}${THIN}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}${THIN}h ${String(minutes % 60).padStart(2, "0")}${THIN}min`;
}

/** Significant figures in plain notation: 0.0904, 0.100, 12.3, 123. */
export function fixedSignificant(value: number, figures: number): string {
  if (value === 0) return "0";
  // Rounding may carry into a new place (0.09996 to 0.100), so the place is read after rounding.
  const rounded = Number(value.toPrecision(figures));
  const decimals = Math.max(0, figures - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(decimals);
}
