/** Small pictures as the networks see them, pixel by pixel. */
import { useLayoutEffect, useRef } from "preact/hooks";

interface PixelsProps {
  readonly image: Uint8Array;
  /** [channels, height, width]. */
  readonly shape: readonly [number, number, number];
  /** What it shows; none where words beside it say so. */
  readonly label?: string;
  readonly smooth?: boolean;
}

/** A canvas that the style sheet enlarges, each pixel a square. */
export function Pixels({ image, shape: [channels, height, width], label, smooth = false }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new ImageData(width, height), plane = width * height;
    for (let i = 0; i < plane; i++) {
      for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = image[i + plane * Math.min(c, channels - 1)];
      pixels.data[4 * i + 3] = 255;
    }
    canvas.current!.getContext("2d")!.putImageData(pixels, 0, 0);
  }, [image, channels, height, width]);
  return (
    <canvas
      ref={canvas}
      class={smooth ? "pixels smooth" : "pixels"}
      width={width}
      height={height}
      role={label === undefined ? undefined : "img"}
      aria-label={label}
      aria-hidden={label === undefined}
    />
  );
}
