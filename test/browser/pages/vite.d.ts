// The one thing of Vite that pages here use, and the globals of a worker that the DOM's own types do not have.
interface ImportMeta {
  glob(pattern: string, options?: { query?: string; import?: string; eager?: boolean }): Record<string, never>;
}
