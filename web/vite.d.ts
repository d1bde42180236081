/** What Vite adds to modules of the page. */
interface ImportMeta {
  readonly env: { readonly PROD: boolean; readonly DEV: boolean };
}
