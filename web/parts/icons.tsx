/** The page's own 18 icons: a grid of 20 px, strokes of 1.5 px, in the colour of the text around them. */
import type { JSX } from "preact";

const SHAPES = {
  play: <path d="M6 3.5v13l10.5-6.5z" />,
  pause: <path d="M6.5 4v12M13.5 4v12" />,
  step: <path d="M4.5 4v12l8.5-6zM16 4v12" />,
  reset: <path d="M4.2 7.2A6.5 6.5 0 1 1 3.5 10M4 3v4.5h4.5" />,
  link: (
    <path d="M8.5 11.5a3 3 0 0 0 4.3 0l2.9-2.9a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.9 2.9a3 3 0 0 0 4.3 4.3l1-1" />
  ),
  terminal: <path d="M2.5 4h15v12h-15zM5.5 7.5L8 10l-2.5 2.5M10 12.5h4" />,
  download: <path d="M10 3v9.5M6 8.5l4 4 4-4M3.5 16.5h13" />,
  open: <path d="M2.5 16V4.5h5l2 2h8V9M2.5 16l2.8-7h13.2l-2.8 7z" />,
  theme: (
    <>
      <circle cx="10" cy="10" r="6.5" />
      <path d="M10 3.5v13a6.5 6.5 0 0 0 0-13z" fill="currentColor" />
    </>
  ),
  help: (
    <path d="M7.5 7.6a2.6 2.6 0 1 1 3.7 2.3c-.8.4-1.2.9-1.2 1.9M10 14.2v.6M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z" />
  ),
  warn: <path d="M10 3l7.5 13.5h-15zM10 8v4M10 13.8v.6" />,
  lost: <path d="M3 5.5h14v9H3zM6.5 2.5v3M13.5 2.5v3M6.5 14.5v3M13.5 14.5v3M8 8l4 4M12 8l-4 4" />,
  eye: (
    <>
      <path d="M2 10c2-3.5 4.7-5.2 8-5.2s6 1.7 8 5.2c-2 3.5-4.7 5.2-8 5.2S4 13.5 2 10z" />
      <circle cx="10" cy="10" r="2.4" />
    </>
  ),
  layers: <path d="M10 3l7.5 4L10 11 2.5 7zM2.5 10l7.5 4 7.5-4M2.5 13l7.5 4 7.5-4" />,
  cube: <path d="M10 2.5l6.5 3.7v7.6L10 17.5l-6.5-3.7V6.2zM3.5 6.2L10 10l6.5-3.8M10 10v7.5" />,
  flat: <path d="M3 3h14v14H3zM3 7.7h14M3 12.3h14M7.7 3v14M12.3 3v14" />,
  plus: <path d="M10 4v12M4 10h12" />,
  close: <path d="M5 5l10 10M15 5L5 15" />,
} satisfies Record<string, JSX.Element>;

/** Name of an icon. */
export type IconName = keyof typeof SHAPES;

/** An icon. It says nothing by itself: it stands beside its words, or gets a `label`. */
export function Icon({ name, label }: { readonly name: IconName; readonly label?: string }) {
  const meaning = label === undefined
    ? { "aria-hidden": true as const }
    : { role: "img" as const, "aria-label": label };
  return (
    <svg class="icon-mark" viewBox="0 0 20 20" width="20" height="20" focusable="false" {...meaning}>
      {SHAPES[name]}
    </svg>
  );
}
