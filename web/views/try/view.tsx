/** The view Try. */

export function TryView() {
  return <h1>Try</h1>;
}
