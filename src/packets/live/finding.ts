/** A step of a remedy: words, or a command to paste. */
export type RemedyLine = { readonly say: string } | { readonly run: string };

/** Result of one check. */
export interface Finding {
  readonly subject: string;
  readonly isOk: boolean;
  /** The result, in one line. */
  readonly text: string;
  /** Empty if there is nothing to fix. */
  readonly remedy: readonly RemedyLine[];
}
