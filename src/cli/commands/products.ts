/** `appleflow products`: the products that the list names. */
import type { Command } from "commander";
import { productRecord } from "../../knowledge/port-list/list-records.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { findProducts } from "../../knowledge/port-list/name-search.ts";
import { escapeText } from "../../render/render-escape.ts";
import { jsonDocument } from "../../render/render-json-document.ts";
import { renderProductList } from "../../render/render-list.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { STATUS_USAGE } from "../exit-status.ts";
import { formatOption, TABLE_OR_JSON } from "../format-option.ts";
import { portsOption } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { noProductText } from "./named-products.ts";

interface ProductsCommandOptions {
  readonly format: (typeof TABLE_OR_JSON)[number];
  readonly ports?: string;
}

/** Defines the command. */
export function defineProducts(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("[name]", "a product, an alias, or part of a name")
    .addOption(formatOption(TABLE_OR_JSON))
    .addOption(portsOption())
    .action(async (name: string | undefined, options: ProductsCommandOptions) => {
      finish(await runProducts(name, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runProducts(
  name: string | undefined,
  { format, ports }: ProductsCommandOptions,
  environment: Environment,
): Promise<number> {
  const { stdout, stderr } = environment;
  const table = loadServiceTable({ portsFile: ports });
  const products = name === undefined ? table.products : findProducts(table, name);
  const records = products.map((product) => productRecord(table, product));
  if (format === "json") stdout.write(jsonDocument(records));
  else if (records.length > 0) stdout.write(await renderProductList(records, styleOf(environment, false)));
  if (records.length > 0) return 0;
  stderr.write(`appleflow: ${escapeText(noProductText(name ?? "", table))}\n`);
  return STATUS_USAGE;
}
