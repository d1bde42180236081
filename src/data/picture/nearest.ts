/** The images of a data set that are nearest to a picture, pixel by pixel. */

/** One of them. */
export interface Near {
  readonly index: number;
  /** Root of the mean squared difference of the pixels, as a part of their range: 0 is the same picture. */
  readonly distance: number;
}

/** The `count` images with the smallest distances, nearest first. @param images all of them, one after the other */
export function nearestImages(picture: Uint8Array, images: Uint8Array, count: number): Near[] {
  const size = picture.length, found: Near[] = [];
  for (let index = 0; index * size < images.length; index++) {
    const worst = found.length < count ? Infinity : (found[count - 1].distance * 255) ** 2 * size;
    let sum = 0;
    const at = index * size;
    for (let i = 0; i < size; i += 28) {
      const end = Math.min(size, i + 28);
      for (let j = i; j < end; j++) {
        const difference = picture[j] - images[at + j];
        sum += difference * difference;
      }
      if (sum >= worst) break;
    }
    if (sum >= worst) continue;
    const near = { index, distance: Math.sqrt(sum / size) / 255 };
    const place = found.findIndex(({ distance }) => distance > near.distance);
    found.splice(place < 0 ? found.length : place, 0, near);
    if (found.length > count) found.pop();
  }
  return found;
}
