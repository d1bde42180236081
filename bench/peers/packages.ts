/** Where the peers' packages are: in `bench/node_modules`, apart from what startsparse itself needs. */
import packageJson from "../package.json" with { type: "json" };

const FOLDER = new URL("../node_modules/", import.meta.url);

/** The peers' packages with the versions that are wanted. */
export const PEER_PACKAGES: Readonly<Record<string, string>> = packageJson.dependencies;

/** The address of a package's file. */
export function packageUrl(file: string): string {
  return new URL(file, FOLDER).href;
}

/** The installed version of a package; null where it is not installed. */
export function installedVersion(name: string): string | null {
  try {
    return JSON.parse(
      Deno.readTextFileSync(new URL(`${name}/package.json`, FOLDER)),
    ).version;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The installed version of a package. @throws {Error} where it is not installed */
export function packageVersion(name: string): string {
  const version = installedVersion(name);
  if (version === null) {
    throw new Error(`${name} is not installed in bench/: run "npm ci" there`);
  }
  return version;
}
