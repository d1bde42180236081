/** What is chosen in the view Density: network, data, density, and how the mask is drawn. */
import type { ComponentChildren } from "preact";
import type { FlowMode } from "../../../src/masks/flow.ts";
import type { Choice } from "../../../src/worker/source.ts";
import { ListBox, type ListOption } from "../../parts/list_box.tsx";
import { DENSITY_DETENTS } from "../../parts/log_scale.ts";
import { LogSlider } from "../../parts/log_slider.tsx";
import { NumberField } from "../../parts/number_field.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { BLOCKS, LEAST_DENSITY } from "./choice.ts";
import { choice, choices, choose } from "./state.ts";

const FLOW_MEANINGS: Readonly<Record<FlowMode, string>> = {
  paper: "every channel that is cut off gets one weight",
  released: "as the authors' code does in effect: inputs of convolutions stay dead",
  off: "the draw as it is",
};

const SCALE = { min: LEAST_DENSITY, max: 1, detents: DENSITY_DETENTS };

/** The controls, in one or several columns. */
export function Controls({ children }: { readonly children?: ComponentChildren }) {
  const now = choice.value, { models, data } = choices.value, model = models.find(({ name }) => name === now.model);
  const blocks = BLOCKS.includes(now.block.join() as typeof BLOCKS[number]) ? BLOCKS : [...BLOCKS, now.block.join()];
  return (
    <div class="density-controls">
      <div class="main">
        <ListBox
          label="Model"
          value={now.model}
          options={listed(models, now.model)}
          onChange={(name) => choose({ model: name, width: undefined })}
        />
        <ListBox
          label="Data"
          value={now.data}
          options={listed(data, now.data)}
          onChange={(data) => choose({ data })}
        />
        <LogSlider
          label="Asked density"
          unit="of the weights"
          value={now.density}
          scale={SCALE}
          onInput={(density) => choose({ density }, true)}
          onCommit={(density) => choose({ density })}
        />
      </div>
      <details class="more" open={hasMore()}>
        <summary>Width, block, draw, flow preservation, seed</summary>
        <div class="more-fields">
          {model?.width && (
            <NumberField
              label={model.width.unit === "factor" ? "Width (factor of all channels)" : "Width (channels)"}
              value={now.width ?? model.width.default}
              min={Math.max(model.width.least, 0.01)}
              max={model.width.most}
              whole={model.width.unit === "channels"}
              step={(from, up) => model.width!.unit === "factor" ? (up ? from * 2 : from / 2) : from + (up ? 1 : -1)}
              onCommit={(width) => choose({ width: width === model.width!.default ? undefined : width })}
            />
          )}
          <ListBox
            label="Block (output × input channels)"
            value={now.block.join()}
            options={blocks.map((value) => ({
              value: value as string,
              label: value.replace(",", "×"),
              meaning: value === "1,1" ? "single weights" : undefined,
            }))}
            onChange={(value) => {
              const [outputs, inputs] = value.split(",").map(Number);
              choose({ block: [outputs, inputs] });
            }}
          />
          <Segmented
            label="Draw"
            value={now.draw}
            options={[{ value: "bernoulli" }, { value: "exact" }]}
            onChange={(draw) => choose({ draw })}
          />
          <ListBox
            label="Flow preservation"
            value={now.flow}
            options={(["off", "paper", "released"] as const).map((value) => ({
              value,
              label: value,
              meaning: FLOW_MEANINGS[value],
            }))}
            onChange={(flow) => choose({ flow })}
          />
          <div class="seed-field">
            <NumberField
              label="Seed"
              whole
              value={now.seed}
              min={0}
              max={Number.MAX_SAFE_INTEGER}
              onCommit={(seed) => choose({ seed })}
            />
            <button type="button" class="button" onClick={() => choose({ seed: now.seed + 1 })}>Next</button>
          </div>
        </div>
      </details>
      {children}
    </div>
  );
}

/** A list's lines. Densities take a data set's shape alone, so its files may be missing. */
function listed(choices: readonly Choice[], shown: string): ListOption<string>[] {
  if (choices.length === 0) return [{ value: shown, label: shown }];
  return choices.map(({ name, label, meaning }) => ({ value: name, label, meaning }));
}

/** Whether anything behind "more" is not as it begins. */
function hasMore(): boolean {
  const { width, block, draw, flow, seed } = choice.peek();
  return width !== undefined || block.join() !== "1,1" || draw !== "bernoulli" || flow !== "off" || seed !== 1;
}
