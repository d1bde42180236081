/** Kept texts in the browser's Cache Storage, which pages and workers of an origin share wherever WebGPU is. */
import { UserError } from "../errors.ts";
import type { KeptTexts } from "./host.ts";

const STORE = "startsparse-kept";

/** Texts of this page's origin; they last until the person or the browser clears its storage. */
export function keptInBrowser(): KeptTexts {
  const place = (name: string) => `the browser's storage, ${name}`;
  // The store's keys are addresses; nothing is ever fetched from this one.
  const address = (name: string) => `https://kept.invalid/${name}`;
  const attempt = async <T>(what: string, name: string, act: (store: Cache) => Promise<T>): Promise<T> => {
    try {
      return await act(await caches.open(STORE));
    } catch (cause) {
      throw new UserError(`cannot ${what} ${place(name)}: ${(cause as Error)?.message ?? "refused"}`, { cause });
    }
  };
  return {
    place,
    read: (name) =>
      attempt("read", name, async (store) => {
        const found = await store.match(address(name));
        return found ? await found.text() : undefined;
      }),
    write: (name, text) => attempt("write", name, (store) => store.put(address(name), new Response(text))),
  };
}
