/** Result of one check. */
export interface Finding {
  readonly subject: string;
  readonly isOk: boolean;
  /** The result, in one line. */
  readonly text: string;
  /** Commands or steps to fix it, one per line; empty if there is nothing to fix. */
  readonly remedy: readonly string[];
}
