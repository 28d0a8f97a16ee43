/** `appleflow ports` and `appleflow products`: look the list up. */

import { productRecord, rowRecord } from "../../knowledge/port-list/list-records.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { findPorts, findProducts } from "../../knowledge/port-list/name-search.ts";
import { escapeText, safeJson } from "../../render/render-escape.ts";
import { renderPortList, renderProductList } from "../../render/render-list.ts";
import { type Environment, UsageError } from "../environment.ts";
import { styleOf } from "../terminal-style.ts";

export interface ListCommandOptions {
  readonly format: "table" | "json";
  readonly ports?: string;
}

const MAX_PORT = 65535;
/** "443", "443/tcp", "tcp/443", "3478-3497": a question for ports, whatever the list answers. */
const PORT_QUESTION = /^(?:(?:tcp|udp)\/)?\d+(?:[-–]\d+)?(?:\/(?:tcp|udp))?$/i;

/** Runs `appleflow ports`; the exit status. */
export async function runPorts(
  query: string | undefined,
  options: ListCommandOptions,
  environment: Environment,
): Promise<number> {
  const table = loadServiceTable({ portsFile: options.ports });
  const isPortQuestion = query !== undefined && PORT_QUESTION.test(query.trim());
  if (isPortQuestion) checkPortNumbers(query);
  const records = (query === undefined ? table.rows : findPorts(table, query)).map(rowRecord);
  await print(records, () => renderPortList(records, styleOf(environment, false)), options, environment);
  if (records.length > 0) return 0;
  environment.stderr.write(`appleflow: no row of the list matches ${escapeText(query ?? "")}\n`);
  // That the list does not know a port is an answer; a name that nothing has is a slip of the pen.
  return isPortQuestion ? 0 : 1;
}

/** Runs `appleflow products`; the exit status. */
export async function runProducts(
  name: string | undefined,
  options: ListCommandOptions,
  environment: Environment,
): Promise<number> {
  const table = loadServiceTable({ portsFile: options.ports });
  const products = name === undefined ? table.products : findProducts(table, name);
  const records = products.map((product) => productRecord(table, product));
  await print(records, () => renderProductList(records, styleOf(environment, false)), options, environment);
  if (records.length > 0) return 0;
  environment.stderr.write(`appleflow: no product of the list matches ${escapeText(name ?? "")}\n`);
  return 1;
}

async function print(
  records: readonly object[],
  table: () => Promise<string>,
  { format }: ListCommandOptions,
  { stdout }: Environment,
): Promise<void> {
  if (format === "json") stdout.write(`${safeJson(records, 2)}\n`);
  else if (records.length > 0) stdout.write(await table());
}

function checkPortNumbers(query: string): void {
  for (const digits of query.match(/\d+/g) ?? []) {
    if (Number(digits) > MAX_PORT) {
      throw new UsageError(`port ${digits} does not exist: it needs a number from 0 to ${MAX_PORT}`);
    }
  }
}
