/** Why the server has no answer. */
export interface Trouble {
  readonly trouble: string;
  /** The query itself is invalid: a retry would fail as well. */
  readonly isForGood: boolean;
}

/** The same in words, for a query of a history. Hostile text. */
export function troubleText({ trouble, isForGood }: Trouble): string {
  return isForGood
    ? `The history cannot answer this: ${trouble}.`
    : `The history cannot be queried: ${trouble}. Retrying.`;
}
