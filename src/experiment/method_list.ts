/** The methods as people and programs read of them: what each is, what it starts from and ends at, its settings. */
import { METHOD_NAMES, type MethodEntry, type MethodName, METHODS } from "../methods/registry.ts";
import { configKeys } from "./config_keys.ts";

/** A setting of one method. */
export interface SettingInfo {
  /** Full path in a configuration. */
  key: string;
  /** What may be given, in words. */
  type: string;
  /** Value when left out; null where leaving it out has a meaning of its own, which the description says. */
  default: unknown;
  description: string;
}

/** A method. */
export interface MethodInfo {
  kind: "method";
  name: MethodName;
  description: string;
  /** The paper, or the code, that it is from. */
  from: string;
  /** What it starts from, in words. */
  source: string;
  /** Where the density of the trained network comes from, in words. */
  target: string;
  /** Whether packed layers stay packed while it trains. */
  packed: boolean;
  /** Whether its masks stay inside the source. */
  confined: MethodEntry["confined"];
  settings: SettingInfo[];
}

const TARGETS: Readonly<Record<MethodEntry["target"], string>> = {
  source: "the source's own density (mask.density)",
  density: "method.density",
  settings: "its settings: no density is asked for",
};

/** Every method, in the registry's order. */
export function methodInfos(): MethodInfo[] {
  return METHOD_NAMES.map((name): MethodInfo => {
    const { description, from, target, packed, confined }: MethodEntry = METHODS[name];
    return {
      kind: "method",
      name,
      description,
      from,
      source: "any mask, dense included (the section mask)",
      target: TARGETS[target],
      packed,
      confined,
      settings: methodKeys(name),
    };
  });
}

/** The keys that a method reads, with its own defaults. */
function methodKeys(name: MethodName): SettingInfo[] {
  return configKeys().flatMap(({ methods }) => {
    const own = methods?.get(name);
    if (!own) return [];
    const { path: key, type, default: value, description } = own;
    return [{ key, type, default: value ?? null, description }];
  });
}
