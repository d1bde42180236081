/** Masks without a GPU: one layer at a time as a flat tile, from recordings and from runs that were opened. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { keeps, type Mask } from "../../../src/masks/mask.ts";
import { countPlanes } from "../../../src/view3d/degrees.ts";
import { texels } from "../../../src/view3d/layout.ts";
import { colourAt, PALETTES, rgb, type Theme } from "../../../src/view3d/palette.ts";
import type { NetworkShape, PlaneShape } from "../../../src/view3d/shape.ts";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { theme } from "../../state/theme.ts";
import { LayerTable } from "./layer_table.tsx";
import { Rail } from "./rail.tsx";
import { layer, stepLayer } from "./stage.ts";
import * as stage from "./stage.ts";
import { deadWords, keptWords, layerSentence, sizeWords } from "./words.ts";

/** A network of which the masks are known, and nothing else needs to be. */
export interface MaskedNetwork {
  readonly id: string;
  readonly title: string;
  readonly shape: NetworkShape;
  /** By parameter; a layer without one keeps everything. */
  readonly masks: ReadonlyMap<string, Mask>;
}

/** Up to so many pixels a side every tap has one; beyond it a kernel has. */
const MOST_PIXELS = 1024;

/** The masks of some networks, one chosen. */
export function FlatMasks({ networks, note }: { readonly networks: readonly MaskedNetwork[]; readonly note?: string }) {
  const [chosen, setChosen] = useState(networks[networks.length - 1].id);
  const shown = networks.find(({ id }) => id === chosen) ?? networks[networks.length - 1];
  const network = useMemo(() => describeMasks(shown), [shown]);
  useEffect(() => stage.look(network.shape), [network]);
  const index = Math.min(layer.value, network.shape.planes.length - 1);
  const plane = network.shape.planes[index], counts = network.layers[index];
  return (
    <div class="network-layout network-flat">
      <div class="network-tools">
        <div class="actions" role="group" aria-label="Run">
          {networks.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              class="button"
              aria-pressed={id === shown.id}
              onClick={() => setChosen(id)}
            >
              {title}
            </button>
          ))}
        </div>
        {note !== undefined && <p class="secondary">{note}</p>}
      </div>
      <div class="network-stepper" role="group" aria-label="Layer">
        <button type="button" class="button icon" aria-label="Layer before" onClick={() => stepLayer(-1)}>◂</button>
        <p>
          <strong>{plane.name}</strong> {sizeWords(plane)}
          <span class="secondary">{keptWords(counts)} · {deadWords(counts)}</span>
        </p>
        <button type="button" class="button icon" aria-label="Next layer" onClick={() => stepLayer(1)}>▸</button>
      </div>
      <figure class="network-figure">
        <div
          class="network-tile"
          tabIndex={0}
          role="group"
          aria-label={`Masks of ${shown.title}; brackets change the layer`}
          onKeyDown={(event) => {
            const by = event.key === "]" ? 1 : event.key === "[" ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            stepLayer(by);
          }}
        >
          <Tile plane={plane} mask={shown.masks.get(plane.parameter)} label={layerSentence(plane, counts)} />
        </div>
        <figcaption class="network-caption">
          <span class="secondary">
            {perTap(plane) ? "A pixel a weight" : "A pixel a kernel, shaded by the share that it keeps"}: rows are outputs,
            columns inputs. Pruned is empty.
          </span>
        </figcaption>
      </figure>
      <Rail network={network} />
      <div class="network-tables">
        <LayerTable title={shown.title} network={network} />
      </div>
    </div>
  );
}

/** Counts of a network of which the masks are known. */
export function describeMasks({ id, shape, masks }: MaskedNetwork): NetworkDescription {
  const layers = countPlanes(shape, masks);
  return { lane: id, shape, layers, step: 0, unavailable: {} };
}

function perTap(plane: PlaneShape): boolean {
  const { columns, rows } = texels(plane);
  return Math.max(columns * plane.kernelWidth, rows * plane.kernelHeight) <= MOST_PIXELS;
}

interface TileProps {
  readonly plane: PlaneShape;
  readonly mask: Mask | undefined;
  readonly label: string;
}

function Tile({ plane, mask, label }: TileProps) {
  const canvas = useRef<HTMLCanvasElement>(null), ground = theme.value;
  useEffect(() => {
    const image = maskPixels(plane, mask, ground), target = canvas.current!;
    target.width = image.width;
    target.height = image.height;
    target.getContext("2d")!.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
  }, [plane, mask, ground]);
  const { columns, rows } = texels(plane);
  const [height, width] = perTap(plane) ? [rows * plane.kernelHeight, columns * plane.kernelWidth] : [rows, columns];
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      // whole pixels where there is room; long sides shrink to fit
      style={{ width: `min(100%, ${width * Math.max(1, Math.floor(560 / Math.max(width, height)))}px)` }}
    />
  );
}

/** A layer's mask as pixels: one a tap where they fit, else one a kernel. */
export function maskPixels(
  plane: PlaneShape,
  mask: Mask | undefined,
  ground: Theme,
): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
  const { columns, rows } = texels(plane), { outputs, inputs, kernelHeight, kernelWidth } = plane;
  const palette = PALETTES[ground], taps = kernelHeight * kernelWidth;
  const [across, down] = perTap(plane) ? [kernelWidth, kernelHeight] : [1, 1];
  const width = columns * across, height = rows * down, data = new Uint8ClampedArray(4 * width * height);
  // dark on light and light on dark, so that a mask reads like print
  const shade = (share: number): readonly number[] => {
    if (share <= 0) return rgb(palette.sunken);
    const ends = [0.35 + 0.65 * share];
    return colourAt(palette.sequential, ends[0], false);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / down), band = Math.floor(row / outputs);
      const input = band * columns + Math.floor(x / across), at = 4 * (y * width + x);
      if (input >= inputs) continue;
      const first = ((row - band * outputs) * inputs + input) * taps;
      const kept = (tap: number) => mask === undefined || keeps(mask, first + tap) ? 1 : 0;
      let share = 0;
      if (across * down === taps) share = kept(y % down * kernelWidth + x % across);
      else for (let tap = 0; tap < taps; tap++) share += kept(tap) / taps;
      data.set([...shade(share).map((c) => 255 * c), 255], at);
    }
  }
  return { data, width, height };
}
