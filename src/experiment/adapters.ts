/** Which adapter a configuration would run on. */
import { UserError } from "../errors.ts";
import { type AdapterInfo, chooseAdapter } from "../gpu/adapter.ts";
import type { Host } from "../host/host.ts";
import type { Config } from "./config.ts";

/** The adapter of a configuration; undefined on a machine that has none. No device is opened. */
export async function describeDevice(host: Host, device: Config["device"]): Promise<AdapterInfo | undefined> {
  try {
    return (await chooseAdapter(await host.backend(device), device)).info;
  } catch (error) {
    if (error instanceof UserError) throw error; // a wish that cannot be met
    return undefined;
  }
}
