/**
 * Where facts of the data files come from (`data/sources.tsv`): rows cite keys, which stand there once with a place that a
 * newcomer finds and the date of what it says.
 */

import { badDataLine, parseTabTable, type TabRecord } from "./tab-table.ts";

const COLUMNS = ["source", "date", "where"] as const;
const KEY = /^[a-z0-9-]+$/;
/** A day, or only its month or year where no more is known. */
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const SEPARATOR = " | ";

/** The sources that rows may cite. */
export class DataSources {
  readonly #dates: ReadonlyMap<string, string>;
  readonly #source: string;

  /**
   * @param source name of the file, for errors only
   * @throws InputError `bad_data_file` for a key that stands twice, a date that is none, an empty place
   */
  constructor(text: string, source: string) {
    this.#source = source;
    const dates = new Map<string, string>();
    for (const { line, cells } of parseTabTable(text, source, { required: COLUMNS })) {
      if (!KEY.test(cells.source)) throw badDataLine(source, line, `"${cells.source}" is not a source key`);
      if (!DATE.test(cells.date))
        throw badDataLine(source, line, `"${cells.date}" is not a date YYYY[-MM[-DD]]`);
      if (cells.where === "") throw badDataLine(source, line, `source "${cells.source}" has no location`);
      if (dates.has(cells.source)) throw badDataLine(source, line, `"${cells.source}" occurs twice`);
      dates.set(cells.source, cells.date);
    }
    this.#dates = dates;
  }

  /** The date of the newest one ("2026-11"); empty where there is none. */
  get newestDate(): string {
    return [...this.#dates.values()].reduce((newest, date) => (date > newest ? date : newest), "");
  }

  /** In the order of the file. */
  get keys(): readonly string[] {
    return [...this.#dates.keys()];
  }

  /**
   * Checks what a row says of its origin.
   *
   * @returns the keys that it cites
   * @throws InputError `bad_data_file` where the row cites nothing, or a key that the file does not have, or has another
   * date than the newest of its sources
   */
  check({ line, cells }: TabRecord<"source" | "date">, rowSource: string): readonly string[] {
    const keys = cells.source.split(SEPARATOR);
    let newest = "";
    for (const key of keys) {
      const date = this.#dates.get(key);
      if (date === undefined) throw badDataLine(rowSource, line, `${this.#source} has no source "${key}"`);
      if (date > newest) newest = date;
    }
    if (cells.date !== newest) {
      throw badDataLine(rowSource, line, `the date is "${cells.date}", the newest source is from ${newest}`);
    }
    return keys;
  }
}
