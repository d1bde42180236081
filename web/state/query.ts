/** Queries of addresses: a view's state as the fewest words that lead back to it. */

/**
 * What differs from a fresh page's state, as a query: `colour=gradient&kernel=17,3`.
 *
 * @param keys of the query, and how each is read from a state; undefined says nothing
 */
export function differences<State>(
  keys: Readonly<Record<string, (state: State) => string | undefined>>,
  state: State,
  first: State,
): string {
  return Object.entries(keys)
    .flatMap(([key, read]) => {
      const value = read(state);
      return value === undefined || value === read(first)
        ? []
        : [`${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`];
    })
    .join("&");
}
