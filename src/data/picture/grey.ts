/** Grey pictures and how they become smaller: every pixel counts by the area that it covers. */

/** One byte a pixel, row after row; 0 is black. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A part of a picture: first pixel and size. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An empty picture. */
export function blank(width: number, height: number): Grey {
  return { width, height, data: new Uint8Array(width * height) };
}

/** Luma (Rec. 601) of pixels with colour and opacity; what shines through is white, as on paper. */
export function greyOf(
  rgba: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
): Grey {
  const { width, height, data } = rgba, grey = blank(width, height);
  for (let i = 0, at = 0; i < grey.data.length; i++, at += 4) {
    const opacity = data[at + 3] / 255;
    const luma = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    grey.data[i] = Math.round(luma * opacity + 255 * (1 - opacity));
  }
  return grey;
}

/** The smallest box around the pixels that are told by `is`; undefined where there is none. */
export function boxAround({ width, height, data }: Grey, is: (value: number) => boolean): Box | undefined {
  let left = width, right = -1, top = height, bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!is(data[y * width + x])) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** A part of a picture, as a picture. */
export function crop(picture: Grey, { left, top, width, height }: Box): Grey {
  const part = blank(width, height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * picture.width + left;
    part.data.set(picture.data.subarray(start, start + width), y * width);
  }
  return part;
}

/** Any other size. A new pixel is the mean over the area that it covers, also where it covers a part of an old one. */
export function scaleByArea(picture: Grey, width: number, height: number): Grey {
  const { width: from, height: rows, data } = picture,
    wide = new Float64Array(width * rows),
    scaled = blank(width, height);
  for (let x = 0; x < width; x++) {
    eachCovered(x, width, from, (old, share) => {
      for (let y = 0; y < rows; y++) wide[y * width + x] += share * data[y * from + old];
    });
  }
  for (let y = 0; y < height; y++) {
    const row = new Float64Array(width);
    eachCovered(y, height, rows, (old, share) => {
      for (let x = 0; x < width; x++) row[x] += share * wide[old * width + x];
    });
    row.forEach((value, x) => scaled.data[y * width + x] = Math.round(value));
  }
  return scaled;
}

/** Old positions under a new one, with their shares of it. */
function eachCovered(at: number, size: number, from: number, visit: (old: number, share: number) => void): void {
  const start = at * from / size, end = (at + 1) * from / size;
  for (let old = Math.floor(start); old < Math.min(from, Math.ceil(end)); old++) {
    const share = (Math.min(end, old + 1) - Math.max(start, old)) / (end - start);
    if (share > 1e-12) visit(old, share);
  }
}

/** Scaled so that its longer side is `side`, the other one in proportion and at least a pixel. */
export function fitLonger(picture: Grey, side: number): Grey {
  const { width, height } = picture, longer = Math.max(width, height);
  const fit = (length: number) => Math.max(1, Math.round(length * side / longer));
  return scaleByArea(picture, fit(width), fit(height));
}

/** A picture inside an empty frame, its first pixel at (left, top). */
export function place(picture: Grey, side: number, left: number, top: number): Grey {
  const frame = blank(side, side);
  for (let y = 0; y < picture.height; y++) {
    frame.data.set(picture.data.subarray(y * picture.width, (y + 1) * picture.width), (top + y) * side + left);
  }
  return frame;
}
