/** What is chosen in the view Density: network, data, density, and how the mask is drawn. */
import type { FlowMode } from "../../../src/masks/flow.ts";
import type { Choice } from "../../../src/worker/source.ts";
import { ListBox, type ListOption } from "../../parts/list_box.tsx";
import { DENSITY_DETENTS } from "../../parts/log_scale.ts";
import { LogSlider } from "../../parts/log_slider.tsx";
import { NumberField } from "../../parts/number_field.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { BLOCKS, LEAST_DENSITY } from "./choice.ts";
import { choice, choices, choose, withoutDensity } from "./state.ts";

const FLOW_MEANINGS: Readonly<Record<FlowMode, string>> = {
  paper: "every channel that is cut off gets one weight",
  released: "as the authors' code does in effect: inputs of convolutions stay dead",
  off: "the draw as it is",
};

const SCALE = { min: LEAST_DENSITY, max: 1, detents: DENSITY_DETENTS };

/** The controls, in one or several columns. Apart from each other, so that a moving slider draws itself alone anew. */
export function Controls() {
  return (
    <div class="density-controls">
      <div class="main">
        <NetworkFields />
        <DensityField />
      </div>
      <DrawFields />
    </div>
  );
}

function NetworkFields() {
  void withoutDensity.value;
  const { model, data } = choice.peek(), lists = choices.value;
  return (
    <>
      <ListBox
        label="Model"
        value={model}
        options={listed(lists.models, model)}
        onChange={(name) => choose({ model: name, width: undefined })}
      />
      <ListBox label="Data" value={data} options={listed(lists.data, data)} onChange={(data) => choose({ data })} />
    </>
  );
}

function DensityField() {
  return (
    <LogSlider
      label="Asked density"
      unit="of the weights"
      value={choice.value.density}
      scale={SCALE}
      onInput={(density) => choose({ density }, true)}
      onCommit={(density) => choose({ density })}
    />
  );
}

function DrawFields() {
  void withoutDensity.value;
  const now = choice.peek(), width = choices.value.models.find(({ name }) => name === now.model)?.width;
  const block = now.block.join(), blocks: readonly string[] = BLOCKS;
  return (
    <details class="density-more" open={hasMore()}>
      <summary>Width, block, draw, flow preservation, seed</summary>
      <div class="more-fields">
        {width && (
          <NumberField
            label={width.unit === "factor" ? "Width (factor of all channels)" : "Width (channels)"}
            value={now.width ?? width.default}
            min={Math.max(width.least, 0.01)}
            max={width.most}
            whole={width.unit === "channels"}
            step={(from, up) => width.unit === "factor" ? (up ? from * 2 : from / 2) : from + (up ? 1 : -1)}
            onCommit={(value) => choose({ width: value === width.default ? undefined : value })}
          />
        )}
        <ListBox
          label="Block (output × input channels)"
          value={block}
          options={(blocks.includes(block) ? blocks : [...blocks, block]).map((value) => ({
            value,
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
          <button type="button" class="button" onClick={() => choose({ seed: choice.peek().seed + 1 })}>Next</button>
        </div>
      </div>
    </details>
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
