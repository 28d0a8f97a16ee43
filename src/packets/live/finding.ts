/** A step that mends something: in words, or as a command to be pasted. */
export type RemedyLine = { readonly say: string } | { readonly run: string };

/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly isWell: boolean;
  /** What was found, in one line. */
  readonly text: string;
  /** Empty where nothing needs to be mended. */
  readonly remedy: readonly RemedyLine[];
}
