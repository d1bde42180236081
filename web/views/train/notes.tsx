/** What has happened to the lanes: evaluated, saved, diverged, changed; the newest first. */
import { formatCount } from "../../../src/experiment/results_numbers.ts";
import type { Lane, LaneNote } from "../../state/lanes.ts";
import { RuleGlyph } from "../../parts/marks.tsx";

/** Lines that are shown. */
const SHOWN = 40;

/** A fold with the events of all lanes in the view. */
export function Notes({ lanes }: { readonly lanes: readonly Lane[] }) {
  const all = lanes.flatMap((lane) => lane.notes.value.map((note) => ({ lane, note })));
  const newest = all.sort((a, b) => b.note.step - a.note.step).slice(0, SHOWN);
  return (
    <details class="fold">
      <summary>Events</summary>
      {newest.length === 0 ? <p class="secondary">Nothing yet.</p> : (
        <ol class="notes">
          {newest.map(({ lane, note }) => (
            <Line
              key={`${lane.id}-${note.step}-${note.text}`}
              lane={lane}
              note={note}
            />
          ))}
        </ol>
      )}
    </details>
  );
}

function Line({ lane, note }: { readonly lane: Lane; readonly note: LaneNote }) {
  return (
    <li>
      <span class="faint number">{formatCount(note.step)}</span>
      <span class="with-mark">
        <RuleGlyph rule={lane.rule} size={12} />
        {lane.title}
      </span>
      <span>{note.text}</span>
    </li>
  );
}
