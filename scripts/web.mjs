/**
 * The page. `npm run web` builds it and serves it on this machine; `npm run web -- --dev` serves the sources, which reload
 * when they change; `npm run build:web` writes the static site to `dist/`, for any host and any folder of it.
 */
import process from "node:process";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { root, runMain, setUp } from "./setup.mjs";

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      dev: { type: "boolean", default: false },
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error(`startsparse: --port ${values.port} is no port: give a whole number from 0 to 65535.`);
    process.exit(1);
  }
  setUp({ adapter: false });
  const { build, createServer, preview } = await import("vite");
  const configFile = path.join(root, "vite.config.ts");
  if (positionals[0] === "build") {
    await build({ configFile });
    return;
  }
  const address = { port, host: values.host };
  if (values.dev) {
    const server = await createServer({ configFile, server: address });
    await server.listen();
    server.printUrls();
    return;
  }
  await build({ configFile, logLevel: "warn" });
  const server = await preview({ configFile, preview: address });
  console.log("The page is built and served. Press Ctrl-C to end.");
  server.printUrls();
});
