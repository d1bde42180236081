/** SVG texts as elements of the page: what draws is kept, what could run, load or style is not. */

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clipPath", "title"]);
/** `style` too: the content policy forbids it, and nothing that is drawn here has it. */
const ATTRIBUTES = /^(style|href|xlink:href|on.*)$/i;

/** A drawing that is one picture with one name. Undefined for what is no SVG. */
export function parseSvg(text: string, label: string): SVGSVGElement | undefined {
  // Reading a style attribute is already a violation of the policy.
  const plain = text.replace(/(<svg\b[^>]*?)\sstyle="[^"]*"/, "$1");
  const root = new DOMParser().parseFromString(plain, "image/svg+xml").documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg") return undefined;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (element.namespaceURI !== SVG || !ELEMENTS.has(element.localName)) {
      element.remove();
      continue;
    }
    for (const { name } of [...element.attributes]) {
      // what Vega says of each mark is said once, by the label of the whole
      if (ATTRIBUTES.test(name) || name.startsWith("aria-") || name === "role") element.removeAttribute(name);
    }
  }
  const svg = document.importNode(root, true) as unknown as SVGSVGElement;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("focusable", "false");
  return svg;
}

/** An SVG as a picture, twice as large in each direction. */
export async function svgToPng(text: string, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("the picture could not be encoded")), "image/png")
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
