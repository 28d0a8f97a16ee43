/** What a reader of payload is fuzzed by: sound samples, and a function to run on what becomes of them. */

/** One reader. Its function must not keep anything from one call to the next. */
export interface FuzzTarget {
  readonly name: string;
  /** What the reader takes; mutants are made of these. None is empty. */
  readonly samples: readonly Uint8Array[];
  /** Reads `bytes[offset..end)`, which is borrowed. Returns plain data to compare two runs by. */
  readonly run: (bytes: Uint8Array, offset: number, end: number) => unknown;
}
