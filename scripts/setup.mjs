/**
 * Makes a checkout ready to run, with nothing but Node's built-ins: the npm packages (Deno is one of them), a WebGPU
 * adapter, and, for the tests, a Chromium. When nothing is missing it is silent and costs a fraction of a second.
 *
 *   node scripts/setup.mjs [--browser]
 *
 * All messages go to stderr, so that a command's own output (`--json`) stays clean.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What could not be set up, with the command that would. Printed without a stack. */
export class SetupError extends Error {}

/**
 * Sets up what is missing and returns where things are.
 *
 * @param {{ adapter?: boolean, browser?: boolean }} [needs] a WebGPU adapter (default true), a Chromium (default false)
 * @returns {{ deno: string, chromium?: string, env: NodeJS.ProcessEnv }} `env` is for every child process
 */
export function setUp({ adapter = true, browser = false } = {}) {
  checkNode();
  const env = childEnvironment();
  installPackages(env);
  const deno = findDeno();
  if (adapter) ensureAdapter(deno, env);
  if (!browser) return { deno, env };
  const chromium = ensureChromium(env);
  return { deno, chromium, env: { ...env, CHROMIUM: chromium } };
}

/** Runs `main`, printing a {@link SetupError} as one message and ending with status 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`startsparse: ${error.message}`);
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node 20.19 or newer is needed, this is ${process.versions.node}. See https://nodejs.org`);
}

function childEnvironment() {
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1" };
  if (process.platform !== "linux") return env;
  // Without Vulkan, Deno would quietly fall back to OpenGL ES: lower limits, and kernels nobody has tested there.
  env.DENO_WEBGPU_BACKEND ??= "vulkan";
  // llvmpipe cuts a dispatch into one fixed share for each thread and waits for the slowest: with twice as many threads as
  // cores a share that is held up costs less (a training step took 0.87 of the time, its slowest 0.65). Mesa takes 32.
  env.LP_NUM_THREADS ??= String(Math.min(32, 2 * os.cpus().length));
  // Mesa and the Vulkan loader print two error lines when this is missing, as it is for root and in most containers.
  if (!env.XDG_RUNTIME_DIR) {
    env.XDG_RUNTIME_DIR = path.join(os.tmpdir(), `startsparse-runtime-${process.getuid()}`);
    fs.mkdirSync(env.XDG_RUNTIME_DIR, { recursive: true, mode: 0o700 });
  }
  return env;
}

// ---- packages

function installPackages(env) {
  if (isInstalled(root)) return;
  say("installing packages (npm ci) …");
  if (!npmCi(root, env)) throw new SetupError(`"npm ci" failed in ${root} (its message is above).`);
  linkCommand();
}

/**
 * The packages of bench/, which startsparse is measured against. Where they cannot be had the rest can still be compared,
 * so that is said and no error.
 */
export function installPeers(env) {
  const folder = path.join(root, "bench");
  if (isInstalled(folder)) return;
  say("installing jax-js and TensorFlow.js in bench/ (npm ci) …");
  if (npmCi(folder, env)) return;
  say(`"npm ci" failed in ${folder} (its message is above): what is missing there does not take part.`);
}

function isInstalled(folder) {
  const wanted = readJson(path.join(folder, "package-lock.json"))?.packages;
  if (!wanted) return true; // installed as somebody's dependency: their npm has seen to the packages
  const have = readJson(path.join(folder, "node_modules/.package-lock.json"))?.packages ?? {};
  // Versions are compared, not times: a checkout touches files, and other platforms' optional packages stay away.
  return Object.entries(wanted).every(([name, entry]) =>
    name === "" || (have[name] ? have[name].version === entry.version : entry.optional || entry.devOptional)
  );
}

function npmCi(folder, env) {
  const npm = npmCommand();
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm's summary goes to our stderr: stdout belongs to the command that was asked for.
  const result = spawnSync(npm[0], [...npm.slice(1), ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", 2, 2],
    shell: npm.length === 1 && process.platform === "win32",
  });
  return result.status === 0;
}

/** Lets `npx startsparse` find the checkout's own command at once, without npm's detour through its cache. */
function linkCommand() {
  if (process.platform === "win32") return;
  const link = path.join(root, "node_modules/.bin/startsparse");
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync("../../bin/startsparse.mjs", link);
}

function npmCommand() {
  // Under `npm start` this is the very npm that was called; pnpm and yarn set the variable too.
  const caller = process.env.npm_execpath;
  if (caller && /^(npm|npx)-cli\.c?js$/.test(path.basename(caller))) {
    return [process.execPath, path.join(path.dirname(caller), "npm-cli.js")];
  }
  return ["npm"];
}

/** The Deno binary of the pinned npm package, used directly: npm may have been told to run no install scripts. */
function findDeno() {
  const exe = process.platform === "win32" ? "deno.exe" : "deno";
  const target = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;
  let fromPackage;
  try {
    const require = createRequire(path.join(root, "package.json"));
    const manifest = require.resolve("deno/package.json");
    fromPackage = [path.join(path.dirname(manifest), exe)];
    const platformManifest = createRequire(manifest).resolve(`@deno/${target}/package.json`);
    fromPackage.unshift(path.join(path.dirname(platformManifest), exe));
  } catch {
    fromPackage ??= [];
  }
  for (const file of fromPackage) {
    if (!fs.existsSync(file)) continue;
    if (process.platform !== "win32") makeExecutable(file);
    return file;
  }
  const version = readJson(path.join(root, "package.json")).dependencies.deno;
  throw new SetupError(
    `there is no Deno binary for ${target} under node_modules. Delete node_modules and run "npm ci" again; ` +
      `if it stays away, the npm package deno@${version} does not support this platform.`,
  );
}

function makeExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
  } catch {
    fs.chmodSync(file, 0o755);
  }
}

// ---- the adapter

const PROBE = "const a = await navigator.gpu.requestAdapter(); " +
  "console.log(JSON.stringify(a ? a.info.description || a.info.device || 'an adapter' : null)); Deno.exit(0)";

function ensureAdapter(deno, env) {
  const known = adapterKey(deno);
  if (recall("adapter")?.key === known) return;
  if (hasAdapter(deno, env)) return remember("adapter", { key: known });
  const packages = ["mesa-vulkan-drivers", "libvulkan1"];
  if (process.platform !== "linux") {
    throw new SetupError("Deno finds no WebGPU adapter. Direct3D 12 or Metal is needed: update the graphics driver.");
  }
  if (!isDebian() || !isRoot()) {
    throw new SetupError(`no WebGPU adapter: install a Vulkan driver for your GPU, or Mesa's, which also runs on the
  CPU alone:  ${
      installCommand({ debian: packages, fedora: "mesa-vulkan-drivers vulkan-loader", arch: "vulkan-swrast" })
    }`);
  }
  aptInstall(packages, "no WebGPU adapter", env);
  if (!hasAdapter(deno, env)) {
    throw new SetupError(`Deno finds no WebGPU adapter even with ${packages.join(" and ")} installed.
  "npx startsparse doctor" looks into it.`);
  }
  remember("adapter", { key: adapterKey(deno) });
}

function hasAdapter(deno, env) {
  const result = spawnSync(deno, ["eval", PROBE], { env, encoding: "utf8", timeout: 60_000 });
  return /^".*"$/m.test(result.stdout ?? "");
}

/** Changes whenever a Vulkan driver comes or goes, so that a remembered answer is never stale. */
function adapterKey(deno) {
  const folders = ["/usr/share", "/usr/local/share", "/etc", "/usr/local/etc", path.join(os.homedir(), ".local/share")]
    .map((folder) => path.join(folder, "vulkan/icd.d"));
  const variables = [
    "VK_DRIVER_FILES",
    "VK_ICD_FILENAMES",
    "VK_ADD_DRIVER_FILES",
    "XDG_DATA_HOME",
    "XDG_DATA_DIRS",
    "DENO_WEBGPU_BACKEND",
  ];
  return JSON.stringify([
    deno,
    fs.statSync(deno).size,
    folders.map(modified),
    variables.map((v) => process.env[v] ?? ""),
  ]);
}

// ---- Chromium, for the tests in a browser

function ensureChromium(env) {
  const asked = process.env.CHROMIUM;
  if (asked) {
    if (works(asked, env)) return asked;
    throw new SetupError(`CHROMIUM=${asked} does not run: point it at a Chromium or Chrome, or unset it.`);
  }
  const found = systemChromiums().find((file) => works(file, env)) ?? playwrightChromium(env);
  if (found) return found;
  say("no Chromium: downloading one (playwright install chromium) …");
  const download = runPlaywright(["install", "chromium"], env);
  const installable = isDebian() && isRoot();
  if (download.status === 0) {
    if (!playwrightChromium(env) && installable) runPlaywright(["install-deps", "chromium"], env);
    const downloaded = playwrightChromium(env);
    if (downloaded) return downloaded;
  }
  if (installable) {
    aptInstall(["chromium"], "Playwright's Chromium cannot be had", env);
    const installed = systemChromiums().find((file) => works(file, env));
    if (installed) return installed;
  } else {
    say(`the download failed: ${(download.stderr ?? "").match(/Error: .*/)?.[0] ?? "a Chromium that does not start"}`);
  }
  throw new SetupError(`the browser tests need a Chromium:
  ${installCommand({ debian: ["chromium"], fedora: "chromium", arch: "chromium" })}
  or set CHROMIUM to the path of one.`);
}

function runPlaywright(args, env) {
  const cli = path.join(root, "node_modules/@playwright/test/cli.js");
  return spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000", ...env },
    encoding: "utf8",
    timeout: 600_000,
  });
}

function systemChromiums() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  files.push(
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  );
  for (const base of [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]) {
    if (base) files.push(path.join(base, "Google/Chrome/Application/chrome.exe"));
  }
  return files.filter((file) => fs.existsSync(file));
}

function playwrightChromium(env) {
  try {
    const require = createRequire(path.join(root, "package.json"));
    const file = require("@playwright/test").chromium.executablePath();
    return file && fs.existsSync(file) && works(file, env) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the browser starts: a Chromium without its libraries, or Ubuntu's stand-in for a snap, does not. */
function works(file, env) {
  const key = JSON.stringify([file, modified(file)]);
  if (recall("chromium")?.key === key) return true;
  // Chrome on Windows opens a window instead of answering; there the file's existence must do.
  const fine = process.platform === "win32" ||
    spawnSync(file, ["--version"], { env, timeout: 30_000, encoding: "utf8" }).status === 0;
  if (fine) remember("chromium", { key });
  return fine;
}

// ---- small things

function aptInstall(packages, why, env) {
  say(`${why}: installing ${packages.join(" ")} (apt-get) …`);
  const options = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, encoding: "utf8", maxBuffer: 1 << 28 };
  // A broken third-party list makes `update` fail although the package can be had: only the installation decides.
  const update = spawnSync("apt-get", ["update"], options);
  const result = spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], options);
  if (result.status === 0) return;
  process.stderr.write((update.stderr ?? "") + (result.stdout ?? "") + (result.stderr ?? ""));
  throw new SetupError(`"apt-get install -y ${packages.join(" ")}" failed (its messages are above).`);
}

function isRoot() {
  return process.getuid?.() === 0;
}

function isDebian() {
  return /debian|ubuntu/.test(distribution()) && fs.existsSync("/usr/bin/apt-get");
}

function distribution() {
  try {
    return fs.readFileSync("/etc/os-release", "utf8").match(/^ID(_LIKE)?=.*$/gm)?.join(" ") ?? "";
  } catch {
    return "";
  }
}

function installCommand({ debian, fedora, arch }) {
  const id = distribution();
  if (isDebian()) return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${debian.join(" ")}`;
  if (/fedora|rhel/.test(id)) return `sudo dnf install ${fedora}`;
  if (/arch/.test(id)) return `sudo pacman -S ${arch}`;
  return `with your package manager (on Debian the packages are ${debian.join(" and ")})`;
}

function modified(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function cacheFile(name) {
  return path.join(root, "node_modules/.cache/startsparse", `${name}.json`);
}

function recall(name) {
  return readJson(cacheFile(name));
}

function remember(name, value) {
  try {
    fs.mkdirSync(path.dirname(cacheFile(name)), { recursive: true });
    fs.writeFileSync(cacheFile(name), JSON.stringify(value));
  } catch {
    // A read-only checkout: the question is asked again next time, that is all.
  }
}

function say(message) {
  console.error(`startsparse: ${message}`);
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runMain(() => void setUp({ browser: process.argv.includes("--browser") }));
}
