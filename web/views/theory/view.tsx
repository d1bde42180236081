/** The view Theory: how wide a random sparse source must be. One claim a panel, exact curves, random masks beside them. */
import { useEffect } from "preact/hooks";
import { fixedSignificant } from "../../../src/experiment/results_numbers.ts";
import { LogSlider } from "../../parts/log_slider.tsx";
import { NumberField } from "../../parts/number_field.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { HoldPanel, ReachPanel, SumPanel, TicketPanel } from "./panels.tsx";
import { exact, move, numbers } from "./state.ts";
import "./theory.css";

const DENSITIES = { min: 0.02, max: 0.95, detents: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9] };
const DELTAS = { min: 0.01, max: 0.5, detents: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] };
const EPSILONS = { min: 0.001, max: 0.1, detents: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] };
const MOST_INPUTS = 100;

export function TheoryView() {
  useEffect(() => move(), []);
  const now = exact.value;
  return (
    <div class="theory">
      <ViewHead
        title="How wide must a random source be?"
        lead={
          <>
            A sparse network can be found inside a random one that is wider by about{" "}
            <span class="whole">1/log(1/(1 − p))</span>, where p is the share of edges that the random one keeps. Every
            formula here is derived here, and random masks are drawn beside it.
          </>
        }
      />
      <Sliders />
      {now && (
        <div class="theory-panels">
          <ReachPanel now={now} />
          <HoldPanel now={now} />
          <SumPanel now={now} />
          <TicketPanel />
        </div>
      )}
    </div>
  );
}

function Sliders() {
  const { p, delta, inputs, epsilon } = numbers.value;
  return (
    <section class="panel theory-sliders" aria-label="Numbers">
      <LogSlider
        label="Density p of the source"
        value={p}
        scale={DENSITIES}
        onInput={(value) => move({ p: value })}
        onCommit={(value) => move({ p: value })}
      >
        {p >= 1 ? undefined : <>wider by 1/log(1/(1 − p)) = {fixedSignificant(-1 / Math.log1p(-p), 3)}</>}
      </LogSlider>
      <LogSlider
        label="Chance of failure δ"
        value={delta}
        scale={DELTAS}
        onInput={(value) => move({ delta: value })}
        onCommit={(value) => move({ delta: value })}
      />
      <LogSlider
        label="Nearness ε of a sum"
        value={epsilon}
        scale={EPSILONS}
        onInput={(value) => move({ epsilon: value })}
        onCommit={(value) => move({ epsilon: value })}
      />
      <NumberField
        label="Inputs d"
        whole
        value={inputs}
        min={1}
        max={MOST_INPUTS}
        onCommit={(value) => move({ inputs: value })}
      />
    </section>
  );
}
