/**
 * Parses the project's data files: UTF-8 text, one record per line, cells separated by one tab, a header line with column
 * names; `#` comment lines and blank lines are ignored. Line-oriented, so that an error can name the file and line to
 * correct, and so that changing a record changes one line.
 */

import { InputError } from "../../errors.ts";

/** One record: its cells by column name (trimmed, possibly empty) and its position. */
export interface TabRecord<Column extends string> {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Every column of the layout; an optional column missing in the file is the empty string. */
  readonly cells: Readonly<Record<Column, string>>;
}

/** Required and optional columns of a file, in any order. */
export interface TabLayout<Column extends string> {
  readonly required: readonly Column[];
  readonly optional?: readonly Column[];
}

/** Creates an error about a data file: `source line N: what is wrong`, code `bad_data_file`. */
export function badDataLine(source: string, line: number, problem: string): InputError {
  return new InputError("bad_data_file", `${source} line ${line}: ${problem}`, { source, line });
}

/**
 * Parses the records of `text`, in order.
 *
 * @param source name of the file, for errors only
 * @throws InputError `bad_data_file` for a missing, unknown or repeated column, a wrong number of cells, or bytes that were
 *   not UTF-8
 */
export function parseTabTable<Column extends string>(
  text: string,
  source: string,
  layout: TabLayout<Column>,
): TabRecord<Column>[] {
  const records: TabRecord<Column>[] = [];
  const blank = Object.fromEntries(
    [...layout.required, ...(layout.optional ?? [])].map((column) => [column, ""]),
  ) as Record<Column, string>;
  let columns: Column[] | null = null;
  let line = 0;
  for (const raw of text.split("\n")) {
    line++;
    // Spreadsheets on Windows write a byte order mark and CRLF line ends.
    const start = line === 1 && raw.startsWith("\uFEFF") ? 1 : 0;
    const content = raw.slice(start, raw.endsWith("\r") ? -1 : raw.length);
    if (content.includes("\uFFFD")) throw badDataLine(source, line, "not UTF-8 text");
    if (content.trim() === "" || content.startsWith("#")) continue;
    const cells = content.split("\t").map((cell) => cell.trim());
    if (columns === null) {
      columns = parseHeader(cells, source, line, layout, blank);
      continue;
    }
    if (cells.length !== columns.length) {
      throw badDataLine(
        source,
        line,
        `${cells.length} cells, the header has ${columns.length} (cells are separated by one tab)`,
      );
    }
    const record = { ...blank };
    for (let index = 0; index < columns.length; index++) record[columns[index]] = cells[index];
    records.push({ line, cells: record });
  }
  if (columns === null) {
    throw badDataLine(source, 1, `no header line; it names the columns ${layout.required.join(", ")}`);
  }
  return records;
}

function parseHeader<Column extends string>(
  cells: readonly string[],
  source: string,
  line: number,
  layout: TabLayout<Column>,
  known: Readonly<Record<Column, string>>,
): Column[] {
  for (const [index, name] of cells.entries()) {
    if (!Object.hasOwn(known, name)) {
      throw badDataLine(
        source,
        line,
        `unknown column "${name}" in the header; known are ${Object.keys(known).join(", ")}, separated by tabs`,
      );
    }
    if (cells.indexOf(name) !== index) {
      throw badDataLine(source, line, `column "${name}" occurs twice in the header`);
    }
  }
  for (const column of layout.required) {
    if (!cells.includes(column)) throw badDataLine(source, line, `the header has no column "${column}"`);
  }
  return cells as Column[];
}
