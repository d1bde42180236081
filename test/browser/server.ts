import process from "node:process";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const PAGES = path.join(path.dirname(fileURLToPath(import.meta.url)), "pages");
const ROOT = path.resolve(PAGES, "../../..");

/** Serves test/browser/pages with Vite on a free port for as long as the tests run. */
export default async function serve(): Promise<() => Promise<void>> {
  const server = await createServer({
    configFile: path.join(ROOT, "vite.config.ts"),
    root: PAGES,
    cacheDir: path.join(ROOT, "node_modules/.cache/startsparse/vite-test"),
    logLevel: "warn",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null, fs: { allow: [ROOT] } },
    // Named beforehand: a package found during a test would be bundled then and the page reloaded under it.
    optimizeDeps: { entries: ["index.html", "*.ts"] },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === "string") throw new Error("Vite did not say which port it serves on.");
  process.env.STARTSPARSE_TEST_URL = `http://127.0.0.1:${address.port}/`;
  return () => server.close();
}
