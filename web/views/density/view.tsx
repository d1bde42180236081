/** The view Density. */

export function DensityView() {
  return <h1>Density</h1>;
}
