/**
 * Sources of facts in the data files (`data/sources.tsv`): rows cite keys; each key is listed there once, with a location
 * that a newcomer can find and the date of the content.
 */

import { badDataLine, parseTabTable, type TabRecord } from "./tab-table.ts";

const COLUMNS = ["source", "date", "where"] as const;
const KEY = /^[a-z0-9-]+$/;
/** A day, or only a month or year if no more is known. */
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const SEPARATOR = " | ";

/** The sources that rows may cite. */
export class DataSources {
  readonly #dates: ReadonlyMap<string, string>;
  readonly #source: string;

  /**
   * @param source name of the file, for errors only
   * @throws InputError `bad_data_file` for a duplicate key, an invalid date, an empty location
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

  /** Date of the newest source ("2026-11"); empty if there is none. */
  get newestDate(): string {
    return [...this.#dates.values()].reduce((newest, date) => (date > newest ? date : newest), "");
  }

  /** Keys in file order. */
  get keys(): readonly string[] {
    return [...this.#dates.keys()];
  }

  /**
   * Checks the sources that a row cites.
   *
   * @returns the keys that it cites
   * @throws InputError `bad_data_file` if the row cites nothing or an unknown key, or if its date differs from that of its
   *   newest source
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
