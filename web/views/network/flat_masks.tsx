/** Masks without a GPU: one layer at a time as a flat tile, from recordings and from runs that were opened. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Mask } from "../../../src/masks/mask.ts";
import { countPlanes } from "../../../src/view3d/degrees.ts";
import { texels } from "../../../src/view3d/layout.ts";
import type { NetworkShape, PlaneShape } from "../../../src/view3d/shape.ts";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { theme } from "../../state/theme.ts";
import { LayerTable } from "./layer_table.tsx";
import { maskPixels, perTap } from "./mask_pixels.ts";
import { Rail } from "./rail.tsx";
import "./network.css";
import { deadWords, keptWords, layerSentence, sizeWords } from "./words.ts";

/** A network of which the masks are known, and nothing else needs to be. */
export interface MaskedNetwork {
  readonly id: string;
  readonly title: string;
  readonly shape: NetworkShape;
  /** By parameter; a layer without one keeps everything. */
  readonly masks: ReadonlyMap<string, Mask>;
}

interface FlatMasksProps {
  /** At least one. */
  readonly networks: readonly MaskedNetwork[];
  readonly note?: string;
  /** The chosen network's id; the last one where it is left out. */
  readonly run?: string;
  readonly onRun?: (id: string) => void;
  readonly layer: number;
  readonly onLayer: (index: number) => void;
}

/** The masks of some networks, one chosen. */
export function FlatMasks({ networks, note, run, onRun, layer, onLayer }: FlatMasksProps) {
  const shown = networks.find(({ id }) => id === run) ?? networks[networks.length - 1];
  const network = useMemo(() => describeMasks(shown), [shown]);
  const most = network.shape.planes.length - 1, index = Math.min(layer, most);
  const step = (by: number) => onLayer(Math.max(0, Math.min(most, index + by)));
  const plane = network.shape.planes[index], counts = network.layers[index];
  return (
    <div class="network-layout network-flat">
      <div class="network-tools">
        {onRun && (
          <div class="actions" role="group" aria-label="Run">
            {networks.map(({ id, title }) => (
              <button
                key={id}
                type="button"
                class="button"
                aria-pressed={id === shown.id}
                onClick={() => onRun(id)}
              >
                {title}
              </button>
            ))}
          </div>
        )}
        {note !== undefined && <p class="secondary">{note}</p>}
      </div>
      <div class="network-stepper" role="group" aria-label="Layer">
        <button type="button" class="button icon" aria-label="Layer before" onClick={() => step(-1)}>◂</button>
        <p>
          <strong>{plane.name}</strong> {sizeWords(plane)}
          <span class="secondary">{keptWords(counts)} · {deadWords(counts)}</span>
        </p>
        <button type="button" class="button icon" aria-label="Next layer" onClick={() => step(1)}>▸</button>
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
            step(by);
          }}
        >
          <Tile plane={plane} mask={shown.masks.get(plane.parameter)} label={layerSentence(plane, counts)} />
        </div>
        <figcaption class="network-caption">
          <span class="secondary">
            {perTap(plane) ? "A pixel a weight" : "A pixel a kernel, shaded by the share that it keeps"}: rows are
            outputs, columns inputs. Pruned is empty.
          </span>
        </figcaption>
      </figure>
      <Rail network={network} layer={index} onLayer={onLayer} />
      <div class="network-tables">
        <LayerTable title={shown.title} network={network} />
      </div>
    </div>
  );
}

/** Counts of a network of which the masks are known. */
export function describeMasks({ id, shape, masks }: MaskedNetwork): NetworkDescription {
  const layers = countPlanes(shape, masks);
  return { lane: id, shape, layers, step: 0, since: 0, unavailable: {} };
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
