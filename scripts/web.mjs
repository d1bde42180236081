/**
 * The page. `npm run web` builds it and serves it on this machine, with the data sets that the command line has imported;
 * `npm run web -- --dev` serves the sources, which reload when they change; `npm run build:web` writes the static site to
 * `dist/`, for any host and any folder of it.
 */
import * as net from "node:net";
import process from "node:process";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { servedSets } from "./served_sets.mjs";
import { root, runMain, setUp, SetupError } from "./setup.mjs";

const FIRST_PORT = 8080;
const HELP = `npm run web [-- options]          builds the page and serves it on this machine
npm run build:web [-- options]    writes the static site, for any host and any folder of it

  --port N      the port to serve on (default: ${FIRST_PORT}, or the next one that is free)
  --host NAME   the address to serve on (default: 127.0.0.1, which only this machine reaches)
  --open        opens the page in the browser
  --dev         serves the sources, which reload when they change
  --out FOLDER  where build:web writes to (default: dist)`;

await runMain(async () => {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(HELP);
  setUp({ adapter: false });
  const { build, createServer, preview } = await import("vite");
  const configFile = path.join(root, "vite.config.ts");
  if (positionals[0] === "build") {
    const outDir = path.resolve(root, values.out ?? "dist");
    await build({ configFile, build: { outDir } });
    console.log(
      `\nThe site is in ${path.relative(process.cwd(), outDir) || "."}: copy it to any host, into any folder.`,
    );
    return;
  }
  // Without a wish, the next free port will do; a port that was asked for is needed.
  const address = {
    port: values.port === undefined ? FIRST_PORT : portOf(values.port),
    strictPort: values.port !== undefined,
    host: values.host,
    open: values.open,
  };
  try {
    if (values.dev) {
      const server = await createServer({ configFile, server: address });
      await server.listen();
      return await tell(server, "The sources are served and reload when they change.");
    }
    // said before the build is waited for
    if (address.strictPort) await tryPort(address);
    console.log("Building the page …");
    await build({ configFile, logLevel: "error" });
    await tell(await preview({ configFile, logLevel: "error", preview: address }), "The page is served.");
  } catch (error) {
    throw explained(error, address);
  }
});

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        dev: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        host: { type: "string", default: "127.0.0.1" },
        open: { type: "boolean", default: false },
        out: { type: "string" },
        port: { type: "string" },
      },
    });
    const extra = parsed.positionals.slice(parsed.positionals[0] === "build" ? 1 : 0);
    if (extra.length > 0) throw new Error(`unexpected: ${extra.join(" ")}`);
    return parsed;
  } catch (error) {
    // Node goes on about arguments that begin with a dash.
    throw new SetupError(`${error.message.split(". ")[0]}.\n\n${HELP}`);
  }
}

function portOf(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new SetupError(`--port ${text} is no port: give a whole number from 0 to 65535.`);
}

/** Throws if nothing can be served at an address. */
async function tryPort({ port, host }) {
  const server = net.createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  await new Promise((resolve) => server.close(resolve));
}

/** Says where the page is, and what it has of this machine. */
async function tell(server, what) {
  const { local = [], network = [] } = server.resolvedUrls ?? {};
  console.log(what);
  for (const url of local.concat(network)) console.log(`  ${url}`);
  const sets = await servedSets();
  if (sets.length > 0) {
    console.log(`Imported data sets of this machine in it: ${sets.map(({ name }) => name).join(", ")}.`);
  }
  console.log("Networks are trained in the browser; nothing is sent anywhere. Press Ctrl-C to end.");
}

function explained(error, { port, host }) {
  const { code, message } = error;
  if (code === "EADDRINUSE" || /port \d+ is already in use/i.test(message)) {
    return new SetupError(`port ${port} is taken: end what uses it, or give another one (--port ${port + 1}).`);
  }
  if (code === "EACCES") return new SetupError(`port ${port} may not be used here: give one from 1024 on (--port).`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new SetupError(`this machine has no address "${host}": leave --host out, or give one that it has.`);
  }
  return error;
}
