/** Tables as data: which columns a table has, what each means, and where its cells come from. docs/history.md shows them. */

/**
 * `text`; `texts`: a list of them; `count`: a whole number from 0 on, in 64 bits; `seconds`: a length of time, in 32 bits;
 * `flag`; `time`: a point in time in UTC, in microseconds.
 */
export type ColumnType = "text" | "texts" | "count" | "seconds" | "flag" | "time";

/** A time is microseconds since 1970, or text of RFC 3339. */
export type Cell = string | number | bigint | boolean | readonly string[] | null;

export interface Column<R> {
  /** In snake_case. */
  readonly name: string;
  readonly type: ColumnType;
  /** What is not known, or does not apply, is null. */
  readonly isNullable: boolean;
  readonly of: (row: R) => Cell;
}

export interface TableSchema<R> {
  /** With its version. */
  readonly name: string;
  readonly columns: readonly Column<R>[];
}

/** A column that always has a value. */
export function column<R>(name: string, type: ColumnType, of: (row: R) => Cell): Column<R> {
  return { name, type, isNullable: false, of };
}

/** A column whose value may be null. */
export function nullable<R>(name: string, type: ColumnType, of: (row: R) => Cell): Column<R> {
  return { name, type, isNullable: true, of };
}
