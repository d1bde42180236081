/** The view Theory. */

export function TheoryView() {
  return <h1>Theory</h1>;
}
