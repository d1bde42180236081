/** The network as a table: the same that the picture shows, for reading and for those who hear the page. */
import { formatDensity, formatInteger } from "../../../src/experiment/results_numbers.ts";
import type { NetworkDescription } from "../../../src/worker/network_types.ts";
import { sizeWords } from "./words.ts";

/** A row a layer. */
export function LayerTable({ title, network }: { readonly title: string; readonly network: NetworkDescription }) {
  return (
    <details class="network-table">
      <summary>Table of {title}</summary>
      <div class="network-scroll" tabIndex={0} role="group" aria-label={`Layers of ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">in→out, kernel</th>
              <th scope="col" class="number">weights</th>
              <th scope="col" class="number">kept</th>
              <th scope="col" class="number">density</th>
              <th scope="col" class="number">dead inputs</th>
              <th scope="col" class="number">dead outputs</th>
            </tr>
          </thead>
          <tbody>
            {network.shape.planes.map((plane, i) => {
              const { nnz, size, deadInputs, deadOutputs } = network.layers[i];
              return (
                <tr key={plane.parameter}>
                  <th scope="row">{plane.name}</th>
                  <td>{sizeWords(plane)}</td>
                  <td class="number">{formatInteger(size)}</td>
                  <td class="number">{formatInteger(nnz)}</td>
                  <td class="number">{formatDensity(nnz / size)}</td>
                  <td class="number">{formatInteger(deadInputs)}</td>
                  <td class="number">{formatInteger(deadOutputs)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
