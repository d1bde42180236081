/** How far something is: a bar and its words. A spinner says nothing, so there is none. */
import { useEffect, useId, useState } from "preact/hooks";

interface ProgressProps {
  readonly label: string;
  /** Without a total, the bar stays empty and the words say how much there is. */
  readonly done: number;
  readonly total?: number;
  /** "Reading cifar-10-binary.tar.gz: 84 of 170 MB" */
  readonly text?: string;
  /** Shows nothing for the first 300 ms. */
  readonly late?: boolean;
  /** Only the bar. */
  readonly bare?: boolean;
}

/** A bar with words under it. */
export function Progress({ label, done, total, text, late = false, bare = false }: ProgressProps) {
  const id = useId();
  const there = useLate(late);
  if (!there) return null;
  const part = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <div class="progress">
      <div
        class="bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={total === undefined ? undefined : Math.round(part * 100)}
        aria-valuetext={text}
        aria-describedby={text && !bare ? id : undefined}
      >
        <i style={{ width: `${part * 100}%` }} />
      </div>
      {text && !bare && <p class="secondary" id={id}>{text}</p>}
    </div>
  );
}

/** False for the first 300 ms of a component that is to come late. */
export function useLate(late = true): boolean {
  const [there, setThere] = useState(!late);
  useEffect(() => {
    if (there) return;
    const timer = setTimeout(() => setThere(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return there;
}
