/** Layers' names over a picture, where they do not cover each other; "empty" on the face of a layer that keeps nothing. */
import { type Camera, project } from "../../../src/view3d/camera.ts";
import { pointOf } from "../../../src/view3d/layout.ts";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { goTo, hovered, layer, layout, pose, viewport } from "./stage.ts";

interface Label {
  readonly key: string;
  readonly text: string;
  readonly layer: number;
  readonly x: number;
  readonly y: number;
  readonly face: boolean;
}

const CHARACTER = 6.6, HEIGHT = 18, GAP = 6;

/** The names. They are decoration for the eye: the rail and the table say the same to everybody. */
export function Labels({ network, camera }: { readonly network: NetworkDescription; readonly camera: Camera }) {
  const at = pose.value, places = layout.value, size = viewport.value;
  if (!at || !places || places.planes.length !== network.shape.planes.length) return null;
  camera.set(at, size);
  const labels = network.shape.planes.flatMap(({ name }, index): Label[] => {
    const place = places.planes[index], { viewProjection } = camera;
    const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([u, v]) =>
      project(viewProjection, size, pointOf(place, u, v))
    );
    if (corners.some((corner) => corner === undefined)) return [];
    const xs = corners.map((corner) => corner![0]), ys = corners.map((corner) => corner![1]);
    const middle = (Math.min(...xs) + Math.max(...xs)) / 2, top = Math.min(...ys);
    const named: Label = { key: name, text: name, layer: index, x: middle, y: top - GAP, face: false };
    const face = project(viewProjection, size, pointOf(place, 0.5, 0.5))!;
    return network.layers[index].nnz > 0
      ? [named]
      : [named, { key: `${name} empty`, text: "empty", layer: index, x: face[0], y: face[1] + HEIGHT / 2, face: true }];
  });
  return (
    <div class="network-labels" aria-hidden="true">
      {readable(labels, size.width, size.height).map(({ key, text, layer: index, x, y, face }) => (
        <button
          key={key}
          type="button"
          tabIndex={-1}
          class={face ? "network-label face" : "network-label"}
          data-current={index === layer.value || undefined}
          style={{ transform: `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -100%)` }}
          onClick={() => goTo(index)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

/** Those within the picture that cover no other: the current layer first, then the hovered one, then in order. */
function readable(labels: readonly Label[], width: number, height: number): Label[] {
  const first = (label: Label) => label.layer === layer.value ? 0 : label.layer === hovered.value?.layer ? 1 : 2;
  const kept: Label[] = [];
  const half = (label: Label) => (label.text.length * CHARACTER + 8) / 2;
  for (const label of [...labels].sort((a, b) => first(a) - first(b))) {
    const { x, y } = label, inside = x - half(label) > 0 && x + half(label) < width && y > HEIGHT && y < height;
    const covers = kept.some((other) =>
      Math.abs(other.x - x) < half(other) + half(label) && Math.abs(other.y - y) < HEIGHT
    );
    if (inside && !covers) kept.push(label);
  }
  return kept.sort((a, b) => a.key < b.key ? -1 : 1);
}
