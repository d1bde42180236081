/** The unit of the doctor's report. */

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it. */
  readonly mend?: string;
}
