/** How results are drawn on this output: width, colours, characters. */
import type { TableStyle } from "../render/render-columns.ts";
import type { Environment } from "./environment.ts";

/** Columns where there is no terminal to ask. */
export const DEFAULT_COLUMNS = 80;

/** What is believed of the variable COLUMNS. */
const COLUMNS_RANGE = { least: 20, most: 10_000 };

/** The style for standard output; `isFile`: for a file instead, which gets 80 columns and no colours. */
export function styleOf({ stdout, env }: Environment, isFile: boolean): TableStyle {
  const ofTerminal = stdout.isTTY ? stdout.columns : undefined;
  const width = isFile ? undefined : (columnsOf(env) ?? ofTerminal);
  return {
    // A terminal that does not know its width says 0.
    width: width !== undefined && width > 0 ? width : DEFAULT_COLUMNS,
    colors: !isFile && wantsColors(env, stdout.isTTY),
    ascii: !isUnicode(env),
  };
}

/** The variable COLUMNS (POSIX, "Environment Variables"), or undefined where it says nothing that can be. */
function columnsOf({ COLUMNS = "" }: Environment["env"]): number | undefined {
  const columns = /^\d{1,5}$/.test(COLUMNS) ? Number(COLUMNS) : 0;
  return columns >= COLUMNS_RANGE.least && columns <= COLUMNS_RANGE.most ? columns : undefined;
}

/** NO_COLOR (no-color.org) comes first, then FORCE_COLOR, then whether a terminal shows them. */
function wantsColors(env: Environment["env"], isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !["", "0", "false"].includes(env.FORCE_COLOR);
  return isTTY && env.TERM !== "dumb";
}

/** Only a locale that says otherwise: containers and remote shells often have none, and speak UTF-8 all the same. */
function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Environment["env"]): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}
