import process from "node:process";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const PAGES = "test/browser/pages";

/** Serves the repository with Vite on a free port for as long as the tests run: pages, sources, fixtures, data sets. */
export default async function serve(): Promise<() => Promise<void>> {
  const server = await createServer({
    configFile: path.join(ROOT, "vite.config.ts"),
    root: ROOT,
    cacheDir: path.join(ROOT, "node_modules/.cache/startsparse/vite-test"),
    logLevel: "warn",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    // Named beforehand: a package found during a test would be bundled then and the page reloaded under it.
    optimizeDeps: {
      entries: [`${PAGES}/*.html`, `${PAGES}/*.ts`, "src/worker/page_worker.ts", "src/worker/storage_worker.ts"],
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === "string") throw new Error("Vite did not say which port it serves on.");
  process.env.STARTSPARSE_TEST_URL = `http://127.0.0.1:${address.port}/${PAGES}/`;
  return () => server.close();
}
