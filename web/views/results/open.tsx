/** Opening results: a folder, a zip file, or what this browser keeps. */
import { Icon } from "../../parts/icons.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { chooseFiles } from "../../state/dropped_files.ts";
import { openKeeping } from "../../state/keeping.ts";
import { openDropped, openKept } from "./state.ts";

const chooseFolder = async () => await openDropped(await chooseFiles({ folder: true }));
const chooseZip = async () => await openDropped(await chooseFiles());

/** What the view says while nothing is open. */
export function EmptyResults() {
  return (
    <div class="results-empty">
      <StateMessage
        icon="open"
        heading="Drop a run or report folder here"
        body="It is read in this browser and sent nowhere."
        actions={[
          { label: "Choose folder", primary: true, onAct: () => void chooseFolder() },
          { label: "Choose zip file", onAct: () => void chooseZip() },
          { label: "Runs of this browser", onAct: () => void openKept() },
          { label: "What this browser keeps", onAct: openKeeping },
        ]}
      />
      <p class="secondary">
        A run, a sweep or a report of the command line, as a folder, .zip or .tar.gz:{" "}
        <code>npx startsparse sweep mini/er-ratios</code> writes a folder that can be dropped here.
      </p>
    </div>
  );
}

/** The same once something is open. */
export function OpenButtons() {
  return (
    <>
      <button type="button" class="button" onClick={() => void chooseFolder()}>
        <Icon name="open" /> Open folder
      </button>
      <button type="button" class="button" onClick={() => void chooseZip()}>Open zip</button>
      <button type="button" class="button" onClick={() => void openKept()}>Runs of this browser</button>
    </>
  );
}
