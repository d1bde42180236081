/** The block of numbers that every draw reads; its fields lie as `struct View` of shaders/view3d/view.wgsl has them. */
import type { Camera, Viewport } from "./camera.ts";
import type { ViewMode } from "./layout.ts";
import { type ColourBy, PALETTES, rgb, type Theme } from "./palette.ts";
import type { Picked } from "./pick.ts";

/** What a picture shows besides the network. */
export interface Look {
  readonly theme: Theme;
  readonly colour: ColourBy;
  readonly mode: ViewMode;
  /** Device pixels in one of the page's. */
  readonly pixelRatio: number;
  readonly selected?: Picked;
  readonly hovered?: Picked;
}

/** Pixels of the page from which on a kernel shows its taps. */
export const SPLIT_PIXELS = 12;

/** How much of what lies behind a plane is hidden by it. */
const OPACITY = { depth: 0.93, flat: 1 } as const;

const WORDS = 16 + 4 + 4 + 4 + 4 + 4 + 5 * 4 + 9 * 4;

/** Bytes of the block. */
export const VIEW_BYTES = 4 * WORDS;

/** A block that is written anew for each picture. */
export class ViewBlock {
  readonly #floats = new Float32Array(WORDS);
  readonly #ints = new Int32Array(this.#floats.buffer);

  /** Fills the block. */
  fill(camera: Camera, { width, height }: Viewport, look: Look): Float32Array<ArrayBuffer> {
    const f = this.#floats, palette = PALETTES[look.theme], signed = look.colour === "weight";
    const stops = signed ? palette.diverging : palette.sequential;
    f.set(camera.viewProjection, 0);
    f.set(camera.eye, 16);
    f.set([width, height, look.pixelRatio, look.colour === "survival" ? 1 : 0], 20);
    this.#chosen(24, look.selected);
    this.#chosen(28, look.hovered);
    f.set([signed ? 1 : 0, OPACITY[look.mode], SPLIT_PIXELS * look.pixelRatio, stops.length], 32);
    const { ground, sunken, line, ink, faint } = palette;
    [ground, sunken, line, ink, faint].forEach((colour, i) => f.set([...rgb(colour), 1], 36 + 4 * i));
    stops.forEach((colour, i) => f.set([...rgb(colour), 1], 56 + 4 * i));
    return f;
  }

  #chosen(at: number, picked: Picked | undefined): void {
    this.#ints.set(picked ? [picked.layer, picked.output, picked.input, picked.tap] : [-1, -1, -1, -1], at);
  }
}
