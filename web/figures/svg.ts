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
