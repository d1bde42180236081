/** The parts that views share, each once, and what they last committed. */
import "../../../web/style/tokens.css";
import "../../../web/style/base.css";
import "../../../web/style/parts.css";
import { render } from "preact";
import { signal } from "@preact/signals";
import { formatDensity } from "../../../src/experiment/results_numbers.ts";
import { Popover } from "../../../web/parts/dialog.tsx";
import { Icon, type IconName } from "../../../web/parts/icons.tsx";
import { ListBox } from "../../../web/parts/list_box.tsx";
import { DENSITY_DETENTS } from "../../../web/parts/log_scale.ts";
import { LogSlider } from "../../../web/parts/log_slider.tsx";
import { MethodGlyph, RuleDash, RuleName } from "../../../web/parts/marks.tsx";
import { NumberField } from "../../../web/parts/number_field.tsx";
import { Progress } from "../../../web/parts/progress.tsx";
import { Segmented } from "../../../web/parts/segmented.tsx";
import { StateMessage } from "../../../web/parts/state_message.tsx";
import { followTheme } from "../../../web/state/theme.ts";

const density = signal(0.1), decay = signal(0), epochs = signal(10), width = signal(32), rule = signal("uniform");
const DENSITY = { min: 0.001, max: 1, detents: DENSITY_DETENTS };
const DECAY = { min: 1e-6, max: 1e-2, zero: true };
const RULES = ["dense", "uniform", "erk", "balanced", "pyramidal", "custom"] as const;
const METHODS = ["fixed", "imp", "gmp", "rigl", "str", "edge-popup"];
const ICONS: readonly IconName[] = [
  ...["play", "pause", "step", "reset", "link", "terminal", "download", "open", "theme"] as const,
  ...["help", "warn", "lost", "eye", "layers", "cube", "flat", "plus", "close"] as const,
];

function Parts() {
  return (
    <main style={{ display: "grid", gap: "24px", padding: "24px", maxWidth: "420px" }}>
      <h1>Parts</h1>
      <p>{ICONS.map((name) => <Icon key={name} name={name} />)}</p>
      <p>{RULES.map((name) => <RuleName key={name} rule={name} />)}</p>
      <p>{RULES.map((name) => <RuleDash key={name} rule={name} />)}</p>
      <p>{METHODS.map((name) => <MethodGlyph key={name} method={name} />)}</p>
      <LogSlider
        label="density"
        value={density.value}
        scale={DENSITY}
        format={formatDensity}
        onCommit={(value) => (density.value = value)}
      >
        0.3 asked → 0.190 kept, c 0.413
      </LogSlider>
      <LogSlider label="weight decay" value={decay.value} scale={DECAY} onCommit={(value) => (decay.value = value)} />
      <NumberField
        label="epochs"
        value={epochs.value}
        min={1}
        max={500}
        whole
        onCommit={(value) => (epochs.value = value)}
      />
      <Segmented
        label="width"
        options={[8, 16, 32, 64].map((value) => ({ value }))}
        value={width.value}
        onChange={(value) => (width.value = value)}
      />
      <ListBox
        label="rule"
        value={rule.value}
        onChange={(value) => (rule.value = value)}
        options={[
          {
            value: "uniform",
            label: "uniform",
            meaning: "Every layer keeps the same part.",
            glyph: <Icon name="flat" />,
          },
          { value: "erk", label: "ERK", meaning: "Small layers keep more." },
          { value: "balanced", label: "balanced", unavailable: "Needs a model with more layers." },
          { value: "pyramidal", label: "pyramidal", meaning: "Each layer keeps less than the one before." },
        ]}
      />
      <Progress label="images" done={84} total={170} text="Reading cifar-10-binary.tar.gz: 84 of 170 MB" />
      <StateMessage
        heading="No network yet"
        body="Train one, or open a run."
        actions={[{ label: "Train both", primary: true }, { label: "Open a run" }]}
      />
      <StateMessage small tone="bad" heading="Diverged at step 120" body="The loss became NaN." level={3} />
      <Popover label="More">
        <p>Inside</p>
      </Popover>
      <output>{JSON.stringify([density.value, decay.value, epochs.value, width.value, rule.value])}</output>
    </main>
  );
}

followTheme();
render(<Parts />, document.getElementById("app")!);
