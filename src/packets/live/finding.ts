/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly isWell: boolean;
  /** What was found, in one line. */
  readonly text: string;
  /** Commands or steps that mend it, one a line; empty where nothing needs to be. */
  readonly remedy: readonly string[];
}
