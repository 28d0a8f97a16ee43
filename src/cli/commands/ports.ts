/** `appleflow ports`: the rows of the list for a port or a name. */
import type { Command } from "commander";
import { offListRecord, type PortsAnswer, rowRecord } from "../../knowledge/port-list/list-records.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { findOffListPorts, findPorts } from "../../knowledge/port-list/name-search.ts";
import { loadOffListPorts } from "../../knowledge/port-list/off-list-ports.ts";
import { escapeText } from "../../render/render-escape.ts";
import { jsonDocument } from "../../render/render-json-document.ts";
import { renderPortList, renderPortsAnswer } from "../../render/render-list.ts";
import { renderServices } from "../../render/render-services.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_USAGE } from "../exit-status.ts";
import { formatOption, TABLE_OR_JSON } from "../format-option.ts";
import { MAX_PORT } from "../option-parsers.ts";
import { portsOption } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { nearText } from "./named-products.ts";

const FORMATS = [...TABLE_OR_JSON, "services"] as const;

const QUERY_HELP = `
A query is a port (5223), a port and transport (5223/tcp), a range from the list
(3478-3497), or the name of a service, protocol or product. Without a query, all
rows are shown. With one, the answer also has ports that products need but the
list lacks. In JSON, the answer to a query is an object with "rows" and
"offList"; without a query it is an array of rows. The format "services" is
a file of port names for Wireshark: the rows of the list, without ranges of more
than 100 ports.

Examples:
  appleflow ports 5223
  appleflow ports FaceTime --format json
  appleflow ports --format services > ~/.config/wireshark/services`;

interface PortsCommandOptions {
  readonly format: (typeof FORMATS)[number];
  readonly ports?: string;
}

/** "443", "443/tcp", "tcp/443", "3478-3497": a query for ports, whatever the list contains. */
const PORT_QUESTION = /^(?:(?:tcp|udp)\/)?\d+(?:[-–]\d+)?(?:\/(?:tcp|udp))?$/i;

/** Defines the command. */
export function definePorts(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("[query]", "a port, a port and transport, or a name")
    .addOption(formatOption(FORMATS))
    .addOption(portsOption())
    .addHelpText("after", QUERY_HELP)
    .action(async (query: string | undefined, options: PortsCommandOptions) => {
      finish(await runPorts(query, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runPorts(
  query: string | undefined,
  { format, ports }: PortsCommandOptions,
  environment: Environment,
): Promise<number> {
  const { stdout, stderr } = environment;
  const table = loadServiceTable({ portsFile: ports });
  const style = styleOf(environment, false);
  if (query === undefined) {
    const rows = table.rows.map(rowRecord);
    if (format === "services") stdout.write(renderServices(rows));
    else stdout.write(format === "json" ? jsonDocument(rows) : await renderPortList(rows, style));
    return 0;
  }
  const isPortQuestion = PORT_QUESTION.test(query.trim());
  if (isPortQuestion) checkPortNumbers(query);
  const { needs } = loadOffListPorts(table, { hasOwnRows: ports !== undefined });
  const answer: PortsAnswer = {
    rows: findPorts(table, query).map(rowRecord),
    offList: findOffListPorts(needs, query).map(offListRecord),
  };
  const isKnown = answer.rows.length + answer.offList.length > 0;
  if (format === "json") stdout.write(jsonDocument(answer));
  else if (format === "services") stdout.write(renderServices(answer.rows));
  else if (isKnown) stdout.write(await renderPortsAnswer(answer, style));
  if (isKnown) return 0;
  const near = isPortQuestion ? null : nearText(query, table);
  const hint = near === null ? "" : `; ${near}`;
  stderr.write(`appleflow: no row of the list matches ${escapeText(query + hint)}\n`);
  // A port that is not on the list is an answer; a name that nothing has is a typing error.
  return isPortQuestion ? 0 : STATUS_USAGE;
}

function checkPortNumbers(query: string): void {
  for (const digits of query.match(/\d+/g) ?? []) {
    if (Number(digits) > MAX_PORT) {
      throw new UsageError(`port ${digits} does not exist: it needs a number from 0 to ${MAX_PORT}`);
    }
  }
}
