/**
 * The end of a reduction kernel: every lane of a workgroup holds a part of the same sums, and they are added over the lanes
 * in a fixed order. Through workgroup memory any adapter can do it. Where there are subgroups, lanes pass values to each
 * other, which needs no memory if the workgroup is one subgroup, and little if it is a few.
 */
import type { Subgroups } from "../gpu/subgroups.ts";

/** Parts of a kernel's text. */
export interface LaneSums {
  /** Before everything else in the text. */
  readonly prelude: string;
  /** Declarations of the module. */
  readonly declarations: string;
  /** Further parameters of `main`, each behind a line break; `lane` is its local invocation index. */
  readonly parameters: string;
  /** Adds the parts and stores. In it `k` is a sum's index and `sum` its value. */
  readonly body: string;
}

/** What is added. */
export interface LaneSumsWork {
  /** How many sums, and how many lanes hold parts of them (a power of two). */
  readonly sums: number;
  readonly lanes: number;
  /** Expression of a lane's part of sum k. */
  readonly part: (k: number) => string;
  /** Expression of the number of sums that are stored: the first ones. */
  readonly found: string;
  /** Statements that store `sum`, of index `k`. */
  readonly store: string;
}

/** The end of a kernel: through workgroup memory, or by subgroups. */
export function emitLaneSums(work: LaneSumsWork, subgroups?: Subgroups): LaneSums {
  return subgroups && work.lanes > 1 ? bySubgroups(work, subgroups) : byMemory(work);
}

const lines = (texts: readonly string[]) => texts.join("\n");
const count = (length: number) => Array.from({ length }, (_, i) => i);

function byMemory({ sums, lanes, part, found, store }: LaneSumsWork): LaneSums {
  return {
    prelude: "",
    declarations: `var<workgroup> lane_sums: array<f32, ${sums * lanes}>;`,
    parameters: "",
    body: `${lines(count(sums).map((k) => `lane_sums[${k * lanes}u + lane] = ${part(k)};`))}
  workgroupBarrier();
  ${overMemory(lanes, lanes, found, store)}`,
  };
}

/** Adds `parts` values of each sum in order, a lane a sum. */
function overMemory(lanes: number, parts: number, found: string, store: string): string {
  return `for (var k = lane; k < ${found}; k += ${lanes}u) {
    var sum = 0.0;
    for (var l = 0u; l < ${parts}u; l++) { sum += lane_sums[k * ${parts}u + l]; }
    ${store}
  }`;
}

/**
 * Clusters of as many lanes as the smallest subgroup has halve their work in each exchange: a lane gives one half of the
 * sums to its partner and gets that one's parts of the other half. So s sums take about s exchanges, and not s for each of
 * the log₂ steps. The order depends on the smallest size only, not on the one that the device chooses at a dispatch.
 *
 * Lanes must be numbered along subgroups, one after the other, which src/gpu/subgroups.ts makes sure of.
 */
function bySubgroups({ sums, lanes, part, found, store }: LaneSumsWork, { min, prelude }: Subgroups): LaneSums {
  const width = Math.min(min, lanes), clusters = lanes / width;
  const padded = 2 ** Math.ceil(Math.log2(sums));
  const text = count(padded).map((k) => `let r0_${k} = ${k < sums ? part(k) : "0.0"};`);
  text.push("var mine = 0u;");
  let held = padded, step = 0;
  for (let mask = width / 2; mask >= 1; mask /= 2) {
    const now = `r${step}_`, next = `r${++step}_`;
    if (held === 1) {
      text.push(`let ${next}0 = ${now}0 + subgroupShuffleXor(${now}0, ${mask}u);`);
      continue;
    }
    held /= 2;
    text.push(`let up${step} = (subgroup_lane & ${mask}u) != 0u;`, `mine += select(0u, ${held}u, up${step});`);
    for (const i of count(held)) {
      const low = `${now}${i}`, high = `${now}${i + held}`, up = `up${step}`;
      text.push(
        `let ${next}${i} = select(${low}, ${high}, ${up}) + ` +
          `subgroupShuffleXor(select(${high}, ${low}, ${up}), ${mask}u);`,
      );
    }
  }
  // Where there are fewer sums than lanes, several lanes hold the same one: the first of them stores it.
  const sharing = Math.max(1, width / padded);
  const results = (act: (value: string) => string) => {
    const stores = lines(count(held).map((i) => `{ let k = mine + ${i}u; ${act(`r${step}_${i}`)} }`));
    return sharing === 1 ? stores : `if ((subgroup_lane & ${sharing - 1}u) == 0u) {\n${stores}\n}`;
  };
  const parameters = "\n  @builtin(subgroup_invocation_id) subgroup_lane: u32,";
  if (clusters === 1) {
    const body = results((value) => `if (k < ${found}) { var sum = ${value}; ${store} }`);
    return { prelude, declarations: "", parameters, body: `${lines(text)}\n${body}` };
  }
  const body = `${results((value) => `lane_sums[k * ${clusters}u + lane / ${width}u] = ${value};`)}
  workgroupBarrier();
  ${overMemory(lanes, clusters, found, store)}`;
  return {
    prelude,
    declarations: `var<workgroup> lane_sums: array<f32, ${padded * clusters}>;`,
    parameters,
    body: `${lines(text)}\n${body}`,
  };
}
