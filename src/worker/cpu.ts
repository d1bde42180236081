/** What the page has computed on the processor, away from the thread that it is drawn in. */
import type { Host } from "../host/host.ts";
import { type Choices, describeSource, listChoices, type SourceInfo } from "./source.ts";

/** What the worker exposes. */
export class Cpu {
  constructor(readonly host: Host) {}

  /** Checks a configuration and draws its masks. @throws UserError that says all that is wrong with it */
  source(config: unknown): Promise<SourceInfo> {
    return describeSource(this.host, config);
  }

  /** What the settings of a run can be chosen from. */
  choices(): Promise<Choices> {
    return listChoices(this.host);
  }
}
