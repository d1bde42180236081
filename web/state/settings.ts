/** Settings of a run as dotted keys, as links and the command line write them; only what differs from the defaults. */

/** `mask.density` to 0.1: override keys of a configuration. */
export type Settings = Readonly<Record<string, unknown>>;

/** Defaults of what the page's controls show, as the configuration's schema has them (a test compares). */
export const DEFAULTS: Settings = {
  "seed": 1,
  "data.name": "fashion-mnist-10k",
  "model.name": "lab",
  "mask.rule": "uniform",
  "mask.density": 0.1,
  "method.name": "fixed",
  "train.epochs": 10,
  "train.batch": 128,
  "train.lr": 0.1,
  "train.weightDecay": 5e-4,
};

/** Nested sections, as a configuration has them. */
export function nestSettings(settings: Settings): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(settings)) {
    const parts = path.split(".");
    let section = root;
    for (const part of parts.slice(0, -1)) section = (section[part] ??= {}) as Record<string, unknown>;
    section[parts.at(-1)!] = value;
  }
  return root;
}

/** A setting, or its default. */
export function settingOf(settings: Settings, key: string): unknown {
  return settings[key] ?? DEFAULTS[key];
}

/** Settings with some changed, without those that are as the defaults, and without a density of the rule dense. */
export function withSettings(settings: Settings, changes: Settings): Settings {
  const merged: Record<string, unknown> = { ...settings, ...changes };
  if (merged["mask.rule"] === "dense") delete merged["mask.density"];
  for (const [key, value] of Object.entries(merged)) {
    if (value === undefined || value === DEFAULTS[key]) delete merged[key];
  }
  return merged;
}

/** Width of a run's network, where it has one; the lab network's default is 16. */
export function widthOf(settings: Settings): number | undefined {
  const width = settings["model.width"];
  if (typeof width === "number") return width;
  return settingOf(settings, "model.name") === "lab" ? 16 : undefined;
}

/** Whether two runs would be the same. */
export function sameSettings(a: Settings, b: Settings): boolean {
  const canonical = (settings: Settings) => JSON.stringify(Object.entries(withSettings(settings, {})).sort());
  return canonical(a) === canonical(b);
}

/** Widths of the lab network that the page offers. */
export const WIDTHS = [8, 16, 32, 64] as const;
/** The one of the lab network that has none set. */
export const DEFAULT_WIDTH = 16;

/** Settings that masks are drawn from. */
const DRAWN = /^(seed|seeds\..*|data\.name|model\..*|mask\..*)$/;

/** Whether two runs start from the same masks. */
export function sameMasks(a: Settings, b: Settings): boolean {
  const drawn = (settings: Settings) =>
    Object.fromEntries(
      Object.entries({ "model.width": DEFAULT_WIDTH, ...settings }).filter(([key]) => DRAWN.test(key)),
    );
  return sameSettings(drawn(a), drawn(b));
}

/** What people read of a run: "dense", "0.1 uniform", "0.05 ERK, RigL", "dense, width 10". */
export function titleOf(settings: Settings, ruleName: (rule: string) => string): string {
  const rule = String(settingOf(settings, "mask.rule")), method = String(settingOf(settings, "method.name"));
  const source = rule === "dense" ? "dense" : `${settingOf(settings, "mask.density")} ${ruleName(rule)}`;
  const width = settings["model.width"], isCommon = width === undefined || WIDTHS.some((common) => common === width);
  return [source, ...(method === "fixed" ? [] : [method]), ...(isCommon ? [] : [`width ${width}`])].join(", ");
}

/** The dense twin of a run: the same but for the mask, and nothing that a method would do to it. */
export function denseTwin(settings: Settings): Settings {
  const kept = Object.entries(settings).filter(([key]) => !/^(mask|method|score)\./.test(key));
  return { ...Object.fromEntries(kept), "mask.rule": "dense" };
}
