/** The view Results. */

export function ResultsView() {
  return <h1>Results</h1>;
}
