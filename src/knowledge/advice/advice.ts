/** Advice for connections that fail: texts by situation, with placeholders for the values concerned. */

/** The situations, and the placeholders that their texts may use. */
export const SITUATIONS = {
  "cause-unanswered-tcp": ["port"],
  "cause-unanswered-udp": ["port"],
  "cause-unanswered-data": [],
  "cause-hello-dropped": [],
  "cause-large-packets": [],
  "cause-answers-lost": [],
  "cause-went-dead": [],
  "cause-proxy-refused": ["status"],
  "cause-portal": [],
  "cause-block-page": [],
  "cause-foreign-certificate": [],
  "cause-silence": [],
  "cause-refused": [],
  "cause-prohibited": ["by"],
  "cause-prohibited-port": ["by"],
  "cause-prohibited-route": ["by"],
  "cause-one-way-tcp": [],
  "cause-one-way-udp": [],
  "cause-closed-by-client": [],
  "cause-closed-by-server": [],
  "cause-name-nxdomain": [],
  "cause-name-sinkhole": [],
  "cause-name-refused": [],
  "cause-name-servfail": [],
  "cause-name-no-data": [],
  "cause-name-private": [],
  "cause-name-no-answer": [],
  "rule-allow": ["transport", "host", "port"],
  "rule-allow-names": [],
  "rule-allow-both-ways": ["transport", "host", "port"],
  "rule-inspection": ["host", "port"],
  "rule-server-name": ["name"],
  "rule-name": ["name"],
  "rule-mtu": [],
  "rule-idle": ["port"],
  "rule-proxy": ["name"],
  "rule-portal": ["name"],
  "rule-block-page": ["name"],
  "rule-family": ["family"],
  "rule-resolver": ["name"],
} as const;

/** A situation that there is advice for: a verdict, or a finding beside it. */
export type Situation = keyof typeof SITUATIONS;

/** A value for each placeholder of a situation. */
export type AdviceValues<Of extends Situation> = Readonly<
  Record<(typeof SITUATIONS)[Of][number], string | number>
>;

/** One row of the file. */
export interface AdviceRow {
  readonly situation: Situation;
  /** Names for which the row replaces the situation's default row; null for the default row. */
  readonly isFor: ((name: string) => boolean) | null;
  readonly text: string;
  /** Keys of `data/sources.tsv`. */
  readonly sources: readonly string[];
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The names of the placeholders in a text. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name]) => name);
}

/** The texts. Immutable after construction. */
export class Advice {
  /** Rows for specific names before default rows. */
  readonly #rows: readonly AdviceRow[];

  /** @param rows one default row for each situation, and any number of rows with names */
  constructor(rows: readonly AdviceRow[]) {
    this.#rows = rows.toSorted((a, b) => Number(a.isFor === null) - Number(b.isFor === null));
  }

  /**
   * Returns the text for a situation.
   *
   * @param values hostile text is inserted unchanged: the renderer escapes it
   * @param name the host concerned, which may have a text of its own
   */
  text<Of extends Situation>(situation: Of, values: AdviceValues<Of>, name: string | null = null): string {
    const row = this.#rows.find(
      (one) => one.situation === situation && (one.isFor === null || (name !== null && one.isFor(name))),
    );
    if (row === undefined) throw new Error(`there is no advice for ${situation}`);
    const byName: Readonly<Record<string, string | number>> = values;
    return row.text.replace(PLACEHOLDER, (_, key: string) => String(byName[key]));
  }
}
