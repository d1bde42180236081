/** The view Network. */

export function NetworkView() {
  return <h1>Network</h1>;
}
