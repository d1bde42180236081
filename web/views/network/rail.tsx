/** All layers side by side with what each keeps: a bar of kept weights, by the largest layer. */
import { useRef } from "preact/hooks";
import { formatCount, formatDensity } from "../../../src/experiment/results_numbers.ts";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { layerSentence } from "./words.ts";

interface RailProps {
  readonly network: NetworkDescription;
  /** The layer that is looked at. */
  readonly layer: number;
  readonly onLayer: (index: number) => void;
}

/** A row of buttons; arrow keys move among them. */
export function Rail({ network, layer, onLayer }: RailProps) {
  const list = useRef<HTMLDivElement>(null);
  const most = Math.max(1, ...network.layers.map(({ nnz }) => nnz));
  const move = (to: number) => {
    const buttons = list.current!.querySelectorAll<HTMLButtonElement>("button");
    const index = Math.max(0, Math.min(buttons.length - 1, to));
    onLayer(index);
    buttons[index].focus();
    buttons[index].scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const to = event.key === "Home"
      ? 0
      : event.key === "End"
      ? network.layers.length - 1
      : event.key in by
      ? layer + by[event.key]
      : undefined;
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <div class="network-rail" role="group" aria-label="Layers" ref={list} onKeyDown={onKeyDown}>
      {network.shape.planes.map((plane, index) => {
        const { nnz, size } = network.layers[index];
        return (
          <button
            key={plane.parameter}
            type="button"
            tabIndex={index === layer ? 0 : -1}
            aria-current={index === layer ? "true" : undefined}
            onClick={() => onLayer(index)}
          >
            <span class="rail-bar" aria-hidden="true">
              <i style={{ "--share": nnz / most }} />
            </span>
            <span class="rail-name">{plane.name}</span>
            <span class="rail-count">{nnz === 0 ? "empty" : `${formatCount(nnz)} · ${formatDensity(nnz / size)}`}</span>
            <span class="hidden-text">: {layerSentence(plane, network.layers[index])}</span>
          </button>
        );
      })}
    </div>
  );
}
