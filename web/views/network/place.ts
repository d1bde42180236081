/** What the Network view shows, as its address says it. */
import type { EdgeChoice } from "../../../src/view3d/edge_list.ts";
import type { ViewMode } from "../../../src/view3d/layout.ts";
import type { ColourBy } from "../../../src/view3d/palette.ts";
import { differences } from "../../state/query.ts";

/** Lines of the whole network, or those of the picked unit alone. */
export type ShownEdges = EdgeChoice | "unit";

/** Where the view stands; what is left out is as a fresh page has it. */
export interface Place {
  /** Depth or flat, where it is not what the page's width suggests. */
  readonly mode?: ViewMode;
  readonly colour: ColourBy;
  readonly edges: ShownEdges;
  /** Whether channels show what they hold for an image. */
  readonly activations: boolean;
  /** A lane's id: it means something in the browser that has the run. */
  readonly run?: string;
  /** A layer by its name. */
  readonly layer?: string;
  /** The picked kernel of the layer: output and input channel. */
  readonly kernel?: readonly [output: number, input: number];
}

/** What a fresh page shows. */
export const FIRST: Place = { colour: "weight", edges: "unit", activations: false };

const MODES: Readonly<Record<string, ViewMode>> = { "3-d": "depth", flat: "flat" };
const COLOURS: readonly ColourBy[] = ["weight", "gradient", "survival"];
const EDGES: readonly ShownEdges[] = ["unit", "magnitude", "random"];

const KEYS: Readonly<Record<string, (place: Place) => string | undefined>> = {
  layout: ({ mode }) => Object.keys(MODES).find((word) => MODES[word] === mode),
  colour: ({ colour }) => colour,
  edges: ({ edges }) => edges,
  activations: ({ activations }) => activations ? "on" : "off",
  run: ({ run }) => run,
  layer: ({ layer }) => layer,
  kernel: ({ kernel }) => kernel?.join(","),
};

/** A place as an address has it: what is not as on a fresh page. */
export function queryOf(place: Place): string {
  return differences(KEYS, place, FIRST);
}

/** A place from an address, and what of the address was not used, a sentence each. */
export function readPlace(query: string): { place: Place; ignored: readonly string[] } {
  const ignored: string[] = [], found: { -readonly [Key in keyof Place]?: Place[Key] } = {};
  const word = <Word extends string>(key: string, text: string, words: readonly Word[], using: string) => {
    const value = words.find((each) => each === text);
    if (value === undefined) ignored.push(`${key} ${text} is not one of ${words.join(", ")}; using ${using}`);
    return value;
  };
  for (const [key, text] of new URLSearchParams(query)) {
    switch (key) {
      case "v":
        break;
      case "layout": {
        const chosen = word("layout", text, Object.keys(MODES), "what suits the page's width");
        if (chosen !== undefined) found.mode = MODES[chosen];
        break;
      }
      case "colour":
        found.colour = word("colour", text, COLOURS, FIRST.colour) ?? FIRST.colour;
        break;
      case "edges":
        found.edges = word("edges", text, EDGES, FIRST.edges) ?? FIRST.edges;
        break;
      case "activations":
        found.activations = word("activations", text, ["off", "on"], "off") === "on";
        break;
      case "run":
        found.run = text;
        break;
      case "layer":
        found.layer = text;
        break;
      case "kernel":
        if (/^\d{1,9},\d{1,9}$/.test(text)) found.kernel = text.split(",").map(Number) as [number, number];
        else ignored.push(`kernel ${text} is not an output and an input, such as 17,3; none is picked`);
        break;
      default:
        ignored.push(`Ignored in this link: ${key}`);
    }
  }
  return { place: { ...FIRST, ...found }, ignored };
}
