/** The masks of the recorded race, for browsers that cannot draw networks and for those who have trained none yet. */
import { useEffect, useMemo } from "preact/hooks";
import { type Mask, maskFromBits } from "../../../src/masks/mask.ts";
import { sizeOfShape } from "../../../src/masks/layer.ts";
import { shapeOfMasks } from "../../../src/view3d/shape.ts";
import { Progress } from "../../parts/progress.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { loadRecording, recording } from "../../state/recording.ts";
import { type RecordedLane, unpackBits } from "../../state/recording_file.ts";
import { hrefOf } from "../../state/route.ts";
import { FlatMasks, type MaskedNetwork } from "./flat_masks.tsx";
import * as stage from "./stage.ts";
import { Unmet } from "./unmet.tsx";

/** A recorded run's masks. */
export function recordedNetwork({ title, start, masks }: RecordedLane, index: number): MaskedNetwork {
  const kept = masks.map(({ layer, shape, bits }): [string, Mask] => [
    layer,
    maskFromBits(layer, shape, unpackBits(bits, sizeOfShape(shape))),
  ]);
  return { id: `recorded-${index}`, title, shape: shapeOfMasks(title, start.report.layers), masks: new Map(kept) };
}

/** The recording's masks, a layer at a time. */
export function RecordedMasks() {
  const file = recording.value;
  useEffect(() => void loadRecording(), []);
  const networks = useMemo(() => file?.lanes.map(recordedNetwork) ?? [], [file]);
  const shown = networks.find(({ id }) => id === stage.run.value) ?? networks.at(-1);
  useEffect(() => shown && stage.look(shown.shape), [shown]);
  if (file === undefined) return <Progress late label="Opening the recording" done={0} text="Opening the recording" />;
  if (file === null || networks.length === 0) {
    return (
      <StateMessage
        heading="No network yet"
        body="Train one, or open a run."
        actions={[
          { label: "Train both", href: hrefOf("train"), primary: true },
          { label: "Open a run", href: hrefOf("results") },
        ]}
      />
    );
  }
  const last = networks[networks.length - 1].id;
  return (
    <>
      <Unmet runs={networks} shown={shown} />
      <FlatMasks
        networks={networks}
        note={`Recording, ${file.adapter.name}, ${file.date}`}
        run={stage.run.value}
        onRun={(id) => (stage.run.value = id === last ? undefined : id)}
        layer={stage.layer.value}
        onLayer={stage.goTo}
      />
    </>
  );
}
