/** The whole window as a target for files, and the plan before anything is done with them. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { NumberField } from "../parts/number_field.tsx";
import { Progress } from "../parts/progress.tsx";
import type { DropPlan, DropProblem } from "../../src/worker/storage_types.ts";
import { closeDrop, drop, lookAt, openFiles, takeDrop } from "../state/drop.ts";
import { filesOf, hasFiles } from "../state/dropped_files.ts";

/** Part of the images that is kept for testing, where a data set has no test part of its own. */
const TEST_PERCENT = 10;

/** Where a name for a data set may go. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** What can be dropped, for the state "Bad file". */
const LAYOUTS: readonly (readonly [string, string])[] = [
  ["CIFAR", "cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, or the folder inside it"],
  [
    "MNIST and its kin",
    "four IDX files: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…; packed (.gz) or not",
  ],
  ["Tiny ImageNet", "tiny-imagenet-200.zip, or the folder inside it"],
  ["Image folder", "train/<class>/*.png or .jpg, and test/<class>/… if there is a test part; a folder, .zip or .tar"],
  ["Table", "a .csv file with a column of classes"],
  ["Run, sweep, report", "the folder that the command line writes, or a .zip of it"],
  ["Picture", "one .png or .jpg"],
];

/** Listens to the whole window. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const enter = (event: DragEvent) => hasFiles(event.dataTransfer) && setOver(true);
    const move = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = "copy";
    };
    // Without a relative target, the pointer has left the window.
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const put = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      void filesOf(event.dataTransfer!).then(lookAt);
    };
    const paste = (event: ClipboardEvent) => {
      if (!hasFiles(event.clipboardData)) return;
      event.preventDefault();
      void filesOf(event.clipboardData!).then(lookAt);
    };
    addEventListener("dragenter", enter);
    addEventListener("dragover", move);
    addEventListener("dragleave", leave);
    addEventListener("drop", put);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragover", move);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", put);
      removeEventListener("paste", paste);
    };
  }, []);
  return (
    <>
      {over && (
        <div class="drop-target" aria-hidden="true">
          <span>Drop: image, data set, run or report</span>
        </div>
      )}
      <DropDialog />
    </>
  );
}

function DropDialog() {
  const state = drop.value;
  if (!state) return null;
  switch (state.step) {
    case "looking":
      return (
        <Dialog title="Looking at it" onClose={closeDrop}>
          <Progress
            late
            label="Looking at it"
            done={0}
            text={`Looking at ${state.files} ${plural(state.files, "file")}`}
          />
        </Dialog>
      );
    case "plan":
      return <Plan key={state.plan.id} plan={state.plan} />;
    case "taking": {
      const { progress, plan } = state;
      return (
        <Dialog
          title={`Reading ${plan.source}`}
          onClose={closeDrop}
          actions={<button type="button" class="button" onClick={closeDrop}>Cancel</button>}
        >
          <Progress
            label={`Reading ${plan.source}`}
            done={progress?.done ?? 0}
            total={progress?.total}
            text={progress?.text ?? plan.sentence}
          />
        </Dialog>
      );
    }
    case "bad":
      return <Bad problem={state.problem} />;
  }
}

function Plan({ plan }: { readonly plan: DropPlan }) {
  const { dataset } = plan;
  const [name, setName] = useState(dataset?.name ?? "");
  const [percent, setPercent] = useState(TEST_PERCENT);
  const badName = dataset && !NAME.test(name);
  const replaces = dataset?.present && name === dataset.name;
  const short = plan.needs !== undefined && plan.needs > plan.available;
  const use = () =>
    void takeDrop(plan, {
      ...(dataset && name !== dataset.name && { name }),
      ...(dataset?.needsTestFraction && { testFraction: percent / 100 }),
      ...(replaces && { replace: true }),
    });
  return (
    <Dialog
      title={plan.source}
      onClose={closeDrop}
      actions={
        <>
          <button type="button" class="button primary" disabled={badName || short} onClick={use}>
            {replaces ? "Replace" : "Use"}
          </button>
          <button type="button" class="button" onClick={closeDrop}>Cancel</button>
        </>
      }
    >
      <p>{plan.sentence}</p>
      {plan.runs && plan.runs.length > 0 && <p class="secondary">{list(plan.runs)}</p>}
      {dataset && (
        <div class="field">
          <label class="field-label" for="drop-name">Name in the list of data</label>
          <input
            id="drop-name"
            class="input"
            value={name}
            aria-invalid={badName || undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          {badName && <p class="field-problem">Small letters, digits, dots and hyphens; a letter or digit first.</p>}
          {replaces && <p class="field-note">There is a data set of this name: it would be replaced.</p>}
        </div>
      )}
      {dataset?.needsTestFraction && (
        <NumberField
          label="Images kept for testing"
          value={percent}
          min={1}
          max={90}
          whole
          unit="%"
          onCommit={setPercent}
        />
      )}
      {short && <p class="field-problem">There is not that much storage left. Delete runs or data sets first.</p>}
      <p class="secondary">It is read in this browser and sent nowhere.</p>
    </Dialog>
  );
}

function Bad({ problem }: { readonly problem: DropProblem }) {
  const [layouts, setLayouts] = useState(false);
  const another = () => {
    closeDrop();
    void openFiles();
  };
  return (
    <Dialog
      title={problem.heading}
      onClose={closeDrop}
      actions={
        <>
          <button type="button" class="button primary" onClick={another}>Choose another</button>
          <button type="button" class="button" aria-expanded={layouts} onClick={() => setLayouts(!layouts)}>
            Expected layout
          </button>
        </>
      }
    >
      <p role="alert">{problem.body}</p>
      {problem.hint && <p class="secondary">{problem.hint}</p>}
      {layouts && (
        <dl class="layouts">
          {LAYOUTS.map(([what, how]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  );
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
