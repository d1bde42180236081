/** What of a link cannot be shown, and what is shown instead. */
import * as stage from "./stage.ts";

/** A run as a message names it. */
interface NamedRun {
  readonly id: string;
  readonly title: string;
}

/** Nothing where all is well. */
export function Unmet({ runs, shown }: { readonly runs: readonly NamedRun[]; readonly shown: NamedRun | undefined }) {
  const wanted = stage.run.value, isMissing = shown && wanted !== undefined && runs.every(({ id }) => id !== wanted);
  const sentences = [...stage.unmet.value, ...isMissing ? [`run ${wanted} is not here; using ${shown.title}`] : []];
  return <>{sentences.map((sentence) => <p key={sentence} class="field-problem">{sentence}</p>)}</>;
}
