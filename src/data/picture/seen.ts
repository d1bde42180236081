/** A picture as a network sees it, and whether that is like what it was trained on. */
import type { Grey } from "./grey.ts";

/** Side of the pictures of MNIST and Fashion-MNIST. */
export const SIDE = 28;

/** What becomes of an input. */
export interface Seen {
  /** 28×28; black where the input is blank. */
  readonly picture: Grey;
  /** There is nothing in the input. */
  readonly blank: boolean;
  /** Part of the frame that is not background. */
  readonly ink: number;
  /** Too little or too much of it is ink for one of the training images. */
  readonly unlike: boolean;
}

/** Pixels from this value on are ink: a twentieth of white. */
export const INK = 13;
/** Shares of ink between which training images lie. */
const LEAST_INK = 0.05, MOST_INK = 0.8;

/** Says of a picture what there is to say of it. */
export function seenAs(picture: Grey): Seen {
  const ink = picture.data.reduce((count, value) => count + Number(value >= INK), 0) / picture.data.length;
  return { picture, blank: ink === 0, ink, unlike: ink > 0 && (ink < LEAST_INK || ink > MOST_INK) };
}
