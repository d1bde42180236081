/** The masks of a run's file, a layer at a time, as the Network view shows those of recordings. */
import { useMemo, useState } from "preact/hooks";
import type { StoredMask } from "../../../src/formats/masks.ts";
import { maskFromBits } from "../../../src/masks/mask.ts";
import { shapeOfMasks } from "../../../src/view3d/shape.ts";
import { FlatMasks, type MaskedNetwork } from "../network/flat_masks.tsx";

interface StoredMasksProps {
  readonly title: string;
  /** At least one, in the order that they stand in the network. */
  readonly masks: readonly StoredMask[];
}

/** One network's masks. */
export function StoredMasks({ title, masks }: StoredMasksProps) {
  const [layer, setLayer] = useState(0);
  const networks = useMemo((): MaskedNetwork[] => {
    const kept = masks.map(({ name, shape, bits }) => [name, maskFromBits(name, shape, bits)] as const);
    return [{ id: title, title, shape: shapeOfMasks(title, masks), masks: new Map(kept) }];
  }, [title, masks]);
  return (
    <div class="network">
      <FlatMasks networks={networks} layer={layer} onLayer={setLayer} />
    </div>
  );
}
