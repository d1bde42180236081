/** What this browser keeps, with what it takes: exported, removed, or asked to be kept. */
import { useEffect, useState } from "preact/hooks";
import { byteWords } from "../../src/bytes.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Progress } from "../parts/progress.tsx";
import { storage } from "../connect.ts";
import { exportRuns } from "../state/export_runs.ts";
import { type Keeping, keeping, type KeptItem, readKeeping, removeItems, type SavedRuns } from "../state/keeping.ts";
import { wordsOf } from "../state/lane_start.ts";

const close = () => (keeping.value = undefined);

/** The dialog, while it is asked for. */
export function KeepingDialog({ saved }: { readonly saved?: SavedRuns }) {
  const [kept, setKept] = useState<Keeping>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const [asked, setAsked] = useState<KeptItem>();
  const [said, setSaid] = useState<string>();

  /** Does something and shows what there is then; at most one thing at a time. */
  const work = async (words: string, act: () => Promise<string | undefined>) => {
    setBusy(words);
    setProblem(undefined);
    try {
      setSaid(await act());
    } catch (error) {
      setProblem(wordsOf(error));
    }
    // also after a failure: part of it may be done
    await readKeeping().then(setKept, (error) => setProblem(wordsOf(error)));
    setBusy(undefined);
    setAsked(undefined);
  };
  useEffect(() => void work("Reading what is kept", () => Promise.resolve(undefined)), []);

  const remove = (items: readonly KeptItem[]) =>
    void work("Removing", async () => `${byteWords(await removeItems(items))} freed.`);
  const askToKeep = () =>
    void work("Asking", async () => {
      return await storage().persist() ? "This browser keeps what is here." : "The browser did not promise it.";
    });
  // those that have left, as far as they are still here and at rest
  const out = saved &&
    kept?.items.filter(({ runs, busy }) => !busy && runs.length > 0 && runs.every((run) => saved.runs.includes(run)));
  return (
    <Dialog title="Kept in this browser" onClose={close}>
      {kept && <Use use={kept.use} onAsk={askToKeep} />}
      {saved && (
        <div class="state small">
          <h3>Saved as {saved.file}</h3>
          <p>Look that the file is there. What is in it can then be removed here, and dropped on this page again.</p>
          {out && out.length > 0 && (
            <div class="actions">
              <button type="button" class="button primary" disabled={busy !== undefined} onClick={() => remove(out)}>
                Remove what was saved ({byteWords(out.reduce((sum, { bytes }) => sum + bytes, 0))})
              </button>
            </div>
          )}
        </div>
      )}
      {problem && <p class="field-problem" role="alert">{problem}</p>}
      {said && busy === undefined && <p class="secondary">{said}</p>}
      {busy !== undefined && <Progress late label="Storage" done={0} text={busy} />}
      {kept && kept.items.length === 0 && <p>Nothing yet.</p>}
      {kept && kept.items.length > 0 && (
        <ul class="kept-items plain-list">
          {kept.items.map((item) => (
            <li key={`${item.kind} ${item.id}`}>
              <span class="kept-name">
                <span class="clip" title={item.name}>{item.name}</span>
                <span class="secondary">{aboutOf(item)}</span>
              </span>
              {asked === item
                ? (
                  <span class="actions">
                    <button type="button" class="button primary" disabled={!!busy} onClick={() => remove([item])}>
                      Remove for good
                    </button>
                    <button type="button" class="button" onClick={() => setAsked(undefined)}>Keep</button>
                  </span>
                )
                : (
                  <span class="actions">
                    {item.busy && <span class="secondary">{item.busy}</span>}
                    {item.runs.length > 0 && (
                      <button
                        type="button"
                        class="button quiet"
                        aria-label={`Export ${item.name}`}
                        disabled={!!busy}
                        onClick={() => void exportRuns(item.runs)}
                      >
                        Export
                      </button>
                    )}
                    <button
                      type="button"
                      class="button quiet"
                      aria-label={`Remove ${item.name}`}
                      disabled={!!busy || item.busy !== undefined}
                      onClick={() => setAsked(item)}
                    >
                      Remove
                    </button>
                  </span>
                )}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** "run · 7.2 KiB · 27 Nov 2026, 07:12" */
function aboutOf({ kind, bytes, changed }: KeptItem): string {
  const size = bytes === 0 ? "nothing saved" : byteWords(bytes);
  const when = changed && new Date(changed).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return [kind, size, ...when ? [when] : []].join(" · ");
}

function Use({ use, onAsk }: { readonly use: Keeping["use"]; readonly onAsk: () => void }) {
  const { used, quota, runs, datasets, imports, warning } = use;
  return (
    <>
      <p>
        {byteWords(used)} of {byteWords(quota)} that this browser offers: runs {byteWords(runs)}, data sets{" "}
        {byteWords(datasets)}, sweeps and reports {byteWords(imports)}; the rest is the page itself, for use offline.
      </p>
      {warning && (
        <div class="kept-warning">
          <p class="secondary">{warning}</p>
          <button type="button" class="button" onClick={onAsk}>Ask to keep</button>
        </div>
      )}
    </>
  );
}
