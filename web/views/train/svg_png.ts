/** A picture from an SVG. */

/** The SVG as a PNG so many times as large. */
export async function pngOf(svg: string, times: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * times, image.naturalHeight * times];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => blob ? resolve(blob) : reject(new Error("the browser could not write a PNG")),
        "image/png",
      )
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
