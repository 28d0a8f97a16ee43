/** Why the server has no answer. */
export interface Trouble {
  readonly trouble: string;
  /** What was asked cannot be asked: asked again, it would be so again. */
  readonly isForGood: boolean;
}

/** The same in words, of a question of a history. Hostile text. */
export function troubleText({ trouble, isForGood }: Trouble): string {
  return isForGood
    ? `This cannot be asked of a history: ${trouble}.`
    : `The history cannot be asked: ${trouble}. It is asked again soon.`;
}
