/** The unit of the doctor's report. */

/** What one check found. */
export interface Finding {
  readonly check: string;
  /** "note" for what nothing depends on. */
  readonly status: "ok" | "warn" | "fail" | "note";
  readonly detail: string;
  /** What to do about it. */
  readonly mend?: string;
}
