/** Tables as data: the columns of a table, their meaning, and the source of their cells. docs/history.md lists them. */

/**
 * `text`; `texts`: a list of them; `count`: a non-negative integer of 64 bits; `seconds`: a duration in 32 bits;
 * `flag`; `time`: a point in time in UTC, in microseconds.
 */
export type ColumnType = "text" | "texts" | "count" | "seconds" | "flag" | "time";

/** A time is microseconds since 1970, or RFC 3339 text. */
export type Cell = string | number | bigint | boolean | readonly string[] | null;

export interface Column<R> {
  /** In snake_case. */
  readonly name: string;
  readonly type: ColumnType;
  /** Null if unknown or not applicable. */
  readonly isNullable: boolean;
  readonly get: (row: R) => Cell;
}

export interface TableSchema<R> {
  /** Including its version. */
  readonly name: string;
  readonly columns: readonly Column<R>[];
}

/** A column that always has a value. */
export function column<R>(name: string, type: ColumnType, get: (row: R) => Cell): Column<R> {
  return { name, type, isNullable: false, get };
}

/** A column whose value may be null. */
export function nullable<R>(name: string, type: ColumnType, get: (row: R) => Cell): Column<R> {
  return { name, type, isNullable: true, get };
}
