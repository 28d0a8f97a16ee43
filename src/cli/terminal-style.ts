/** How results are drawn on standard output: width, colours, characters. */
import type { TableStyle } from "../render/render-columns.ts";
import type { Environment } from "./environment.ts";

/** Default width without a terminal. */
export const DEFAULT_COLUMNS = 80;

/** Accepted values of the variable COLUMNS. */
const COLUMNS_RANGE = { least: 20, most: 10_000 };

/** The style for standard output; `isFile`: for a file instead, with 80 columns and no colours. */
export function styleOf({ stdout, env }: Environment, isFile: boolean): TableStyle {
  const ofTerminal = stdout.isTTY ? stdout.columns : undefined;
  const width = isFile ? undefined : (columnsOf(env) ?? ofTerminal);
  return {
    // A terminal of unknown width reports 0.
    width: width !== undefined && width > 0 ? width : DEFAULT_COLUMNS,
    colors: !isFile && wantsColors(env, stdout.isTTY),
    ascii: !isUnicode(env),
  };
}

/** The variable COLUMNS (POSIX, "Environment Variables"), or undefined if it is missing or invalid. */
function columnsOf({ COLUMNS = "" }: Environment["env"]): number | undefined {
  const columns = /^\d{1,5}$/.test(COLUMNS) ? Number(COLUMNS) : 0;
  return columns >= COLUMNS_RANGE.least && columns <= COLUMNS_RANGE.most ? columns : undefined;
}

/** NO_COLOR (no-color.org) has precedence, then FORCE_COLOR, then whether a terminal shows colours. */
function wantsColors(env: Environment["env"], isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !["", "0", "false"].includes(env.FORCE_COLOR);
  return isTTY && env.TERM !== "dumb";
}

/** False only if the locale says so: containers and remote shells often have none, but use UTF-8. */
function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Environment["env"]): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}
