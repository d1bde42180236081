import process from "node:process";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { build, createServer, preview } from "vite";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const PAGES = "test/browser/pages";

const CONFIG = path.join(ROOT, "vite.config.ts");

/**
 * Two servers on free ports for as long as the tests run: the repository by Vite (pages of tests, sources, fixtures, data
 * sets), and the built page as a static host would serve it.
 */
export default async function serve(): Promise<() => Promise<void>> {
  const site = await serveSite(), sources = await serveSources();
  return async () => {
    await Promise.all([sources(), site()]);
  };
}

async function serveSources(): Promise<() => Promise<void>> {
  const server = await createServer({
    configFile: CONFIG,
    root: ROOT,
    cacheDir: path.join(ROOT, "node_modules/.cache/startsparse/vite-test"),
    logLevel: "warn",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    // Named beforehand: a package found during a test would be bundled then and the page reloaded under it.
    optimizeDeps: {
      entries: [`${PAGES}/*.html`, `${PAGES}/*.ts`, "src/worker/lab_worker.ts", "src/worker/storage_worker.ts"],
    },
  });
  await server.listen();
  process.env.STARTSPARSE_TEST_URL = `${addressOf(server.httpServer)}${PAGES}/`;
  return () => server.close();
}

async function serveSite(): Promise<() => Promise<void>> {
  const outDir = path.join(ROOT, "node_modules/.cache/startsparse/site-test");
  // Playwright says "test" here, which would build another page than visitors have.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  await build({ configFile: CONFIG, logLevel: "error", build: { outDir, emptyOutDir: true } });
  process.env.NODE_ENV = NODE_ENV;
  const server = await preview({
    configFile: CONFIG,
    logLevel: "warn",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  process.env.STARTSPARSE_SITE_URL = addressOf(server.httpServer);
  process.env.STARTSPARSE_SITE_FOLDER = outDir;
  return () => server.close();
}

/** `http://127.0.0.1:<port>/` of a server that listens. */
function addressOf(server: { address(): unknown } | null): string {
  const address = server?.address() as { port: number } | string | null | undefined;
  if (!address || typeof address === "string") throw new Error("Vite did not say which port it serves on.");
  return `http://127.0.0.1:${address.port}/`;
}
