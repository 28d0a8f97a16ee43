/** The option `--format` of every command with more than one format. */
import { Option } from "commander";

/** The formats of commands that print a table for people or JSON for programs. */
export const TABLE_OR_JSON = ["table", "json"] as const;

/** `-f, --format`; the first of `formats` is the default. */
export function formatOption(formats: readonly string[]): Option {
  return new Option("-f, --format <format>", "output format").choices(formats).default(formats[0]);
}
