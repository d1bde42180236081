/** What the program hands to its commands. */
import type { Host } from "../host/host.ts";

/** Where the commands leave their exit status. */
export interface Status {
  code: number;
}

/** What the commands are made from. */
export interface ProgramContext {
  readonly host: Host;
  /** The words of the call. */
  readonly args: readonly string[];
  /** What the help of `run` says of settings; left empty where nobody asks for help. */
  readonly settingsHelp: string;
}

/** Leaves a command's exit status. */
export type Leave = (code: number) => void;
