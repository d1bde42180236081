/** An engine whose files are those of the origin, as the page's has them. */
import * as comlink from "comlink";
import { loadDataset } from "../../../src/data/load.ts";
import { createPageHost } from "../../../src/host/page.ts";
import { Engine } from "../../../src/worker/engine.ts";
import { keepErrors } from "../../../src/worker/errors.ts";

class OriginEngine extends Engine {
  /** Images of a data set, as training would read them. */
  async images(name: string): Promise<{ train: number; test: number; classes: readonly string[]; first: number[] }> {
    const { train, test, classes, close } = await loadDataset(name, this.host);
    const first = train.images instanceof Uint8Array ? [...train.images.subarray(0, 4)] : [];
    close();
    return { train: train.count, test: test.count, classes, first };
  }
}

/** What the worker exposes. */
export type { OriginEngine };

keepErrors();
comlink.expose(new OriginEngine(createPageHost({ files: "origin", datasets: "/datasets/" })));
