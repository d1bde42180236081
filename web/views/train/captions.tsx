/** The captions beside the lanes, the buttons that go on with the story, and the ways out of it. */
import { signal } from "@preact/signals";
import { Icon } from "../../parts/icons.tsx";
import { offer } from "../../state/actions.ts";
import { keep, kept } from "../../state/kept.ts";
import { hrefOf } from "../../state/route.ts";
import type { Story } from "../../state/story.ts";

const dismissed = signal<readonly string[]>([]);
/** Whether the first steps are shown; Help brings them back. */
export const guided = signal(kept("steps") !== "done");

offer({
  showFirstSteps: () => {
    keep("steps", "shown");
    dismissed.value = [];
    guided.value = true;
    location.hash = hrefOf("train");
  },
});

function finishSteps(): void {
  keep("steps", "done");
}

interface CaptionsProps {
  readonly story: Story;
  readonly onNext: (next: NonNullable<Story["next"]>) => void;
}

const NEXT = { "one per cent": "Keep only 1 %", "small layers": "Give small layers more" } as const;

/** Ordinary text: it blocks nothing, and each goes by itself. */
export function Captions({ story, onNext }: CaptionsProps) {
  const captions = story.captions.filter(({ id }) => !dismissed.value.includes(id));
  if (!guided.value || (captions.length === 0 && !story.exits)) return null;
  return (
    <section class="captions" aria-label="What happens">
      {captions.map(({ id, text }) => (
        <p key={id} class="caption" data-caption={id}>
          {text}
          <button
            type="button"
            class="button quiet icon"
            aria-label={`Dismiss: ${text}`}
            onClick={() => (dismissed.value = [...dismissed.value, id])}
          >
            <Icon name="close" />
          </button>
        </p>
      ))}
      <div class="actions">
        {story.next && (
          <button type="button" class="button" onClick={() => onNext(story.next!)}>
            <Icon name="plus" />
            {NEXT[story.next]}
          </button>
        )}
        {story.exits && (
          <>
            <a class="button" href={hrefOf("network")} onClick={finishSteps}>See the masks</a>
            <a class="button" href={hrefOf("density")} onClick={finishSteps}>Where does the density go?</a>
            <a class="button" href={hrefOf("sweep")} onClick={finishSteps}>Draw the whole curve</a>
          </>
        )}
      </div>
    </section>
  );
}
