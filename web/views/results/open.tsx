/** Opening results: a folder, a zip file, or what this browser keeps. */
import { useRef } from "preact/hooks";
import { chosenFiles } from "../../figures/dropped.ts";
import { Icon } from "../../parts/icons.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { openDropped, openKept } from "./state.ts";

/** What the view says while nothing is open. */
export function EmptyResults() {
  const picker = usePickers();
  return (
    <div class="results-empty">
      <StateMessage
        icon="open"
        heading="Drop a run or report folder here"
        body="It is read in this browser and sent nowhere."
        actions={[
          { label: "Choose folder", primary: true, onAct: picker.folder },
          { label: "Choose zip file", onAct: picker.file },
          { label: "Runs of this browser", onAct: () => void openKept() },
        ]}
      />
      {picker.inputs}
      <p class="secondary">
        A run, a sweep or a report of the command line, as a folder, .zip or .tar.gz:{" "}
        <code>npx startsparse sweep mini/er-ratios</code> writes a folder that can be dropped here.
      </p>
    </div>
  );
}

/** The same once something is open. */
export function OpenButtons() {
  const picker = usePickers();
  return (
    <>
      <button type="button" class="button" onClick={picker.folder}>
        <Icon name="open" /> Open folder
      </button>
      <button type="button" class="button" onClick={picker.file}>Open zip</button>
      {picker.inputs}
    </>
  );
}

function usePickers() {
  const folder = useRef<HTMLInputElement>(null), file = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const files = chosenFiles(input.files);
    // the same files can be chosen again
    input.value = "";
    void openDropped(files);
  };
  return {
    folder: () => folder.current?.click(),
    file: () => file.current?.click(),
    inputs: (
      <>
        <input
          ref={(element) => {
            folder.current = element;
            element?.setAttribute("webkitdirectory", "");
          }}
          type="file"
          hidden
          aria-label="Folder of results"
          onChange={(event) => take(event.currentTarget)}
        />
        <input
          ref={file}
          type="file"
          hidden
          multiple
          aria-label="Files of results"
          accept=".zip,.gz,.tgz,.tar,.html"
          onChange={(event) => take(event.currentTarget)}
        />
      </>
    ),
  };
}
