/**
 * The text of a kernel without comments, indentation and empty lines. What a page loads has none of them
 * (scripts/vite/text_modules.ts), and its kernels are the same ones for all that.
 */
export function bareText(code: string): string {
  return code.replace(/[ \t]*\/\/.*$/gm, "").replace(/^\s+/gm, "");
}
