/** The view Sweep. */

export function SweepView() {
  return <h1>Sweep</h1>;
}
