/** The view Speed. */

export function SpeedView() {
  return <h1>Speed</h1>;
}
