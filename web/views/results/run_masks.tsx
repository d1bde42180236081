/** What a run has kept, as flat pictures: its masks are read when somebody wants to see them. */
import { lazy, Suspense } from "preact/compat";
import { useMemo, useState } from "preact/hooks";
import type { StoredMask } from "../../../src/formats/masks.ts";
import type { RunRow } from "../../../src/worker/figures_types.ts";
import { figures } from "../../figures/worker.ts";
import { Progress } from "../../parts/progress.tsx";

const StoredMasks = lazy(async () => (await import("./stored_masks.tsx")).StoredMasks);

interface RunMasksProps {
  /** The set of results that the run is in. */
  readonly id: string;
  readonly run: RunRow;
}

/** A fold with the masks of a run that has a file of them. */
export function RunMasks({ id, run: { folder, name } }: RunMasksProps) {
  const [masks, setMasks] = useState<readonly StoredMask[]>();
  const [problem, setProblem] = useState<string>();
  const [asked, setAsked] = useState(false);
  const read = async () => {
    if (asked) return;
    setAsked(true);
    try {
      setMasks(await (await figures()).masks(id, folder));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const waiting = useMemo(() => <Progress late label="Reading the masks" done={0} text="Reading the masks" />, []);
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && void read()}>
      <summary>Masks</summary>
      {problem && <p class="field-problem" role="alert">{problem}</p>}
      {masks
        ? (
          <Suspense fallback={waiting}>
            <StoredMasks title={name} masks={masks} />
          </Suspense>
        )
        : asked && !problem && waiting}
    </details>
  );
}
