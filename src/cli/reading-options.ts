/** The options by which captures are read: the same for every command that reads them. */
import { type Command, Option } from "commander";
import { loadPseudonyms } from "../anonymise/load-pseudonyms.ts";
import type { SummarizeOptions } from "../engine/summarize.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { escapeText } from "../render/render-escape.ts";
import { type Environment, UsageError } from "./environment.ts";
import { parseIdleTimeout, parseMaxFlows } from "./option-values.ts";
import { type GivenTime, parseTime } from "./time-option.ts";

/** As commander hands them over. */
export interface ReadingOptions {
  readonly output?: string;
  readonly from?: GivenTime;
  readonly to?: GivenTime;
  readonly filter?: string;
  readonly idleTimeout?: number;
  readonly maxFlows?: number;
  readonly ports?: string;
  readonly rules?: string;
  /** `--no-evidence` makes it false. */
  readonly evidence: boolean;
  readonly reader?: "fast" | "pcap-parser";
  readonly anonymise?: boolean;
  /** Hexadecimal digits; asks for `anonymise` as well. */
  readonly anonymiseKey?: string;
}

/** Adds the options to a command that reads captures. */
export function addReadingOptions(command: Command): Command {
  return addReadingSettings(command.argument("<capture...>", "files, folders, or - for standard input"));
}

/** The same for a command whose arguments are other ones. */
export function addReadingSettings(command: Command): Command {
  return command
    .option("-o, --output <file>", "write the results to a file")
    .option(
      "--from <time>",
      "only packets from this time on (RFC 3339, a date, or seconds since 1970)",
      parseTime,
    )
    .option("--to <time>", "only packets before this time", parseTime)
    .option("--filter <expression>", 'only packets that match, as in tcpdump: "host 10.0.0.7 and tcp"')
    .option(
      "--idle-timeout <seconds>",
      "silence that ends a flow; 0: nothing does (default: 3600)",
      parseIdleTimeout,
    )
    .option("--max-flows <count>", "flows that may be live at once (default: 2000000)", parseMaxFlows)
    .option("--ports <file>", "rows of your own, over the list's")
    .option("--rules <file>", "rules of your own for names, addresses, service types and processes")
    .option("--no-evidence", "go by ports alone: no names, addresses, processes")
    .addOption(
      new Option("--reader <name>", "what reads classic captures (default: fast)").choices([
        "fast",
        "pcap-parser",
      ]),
    )
    .option("--anonymise", "other addresses and names for all that are not Apple's")
    .option("--anonymise-key <hex>", "the same with a key of 64 digits: the same names on each run");
}

/** The options as the library wants them; loads the list. */
export async function readingOptions(
  captures: readonly string[],
  options: ReadingOptions,
  environment: Environment,
): Promise<SummarizeOptions & { readonly services: ServiceTable }> {
  const { from, to, filter, idleTimeout, maxFlows, ports, rules, evidence, reader } = options;
  if (captures.includes("-") && environment.stdin.isTTY) {
    throw new UsageError("- reads a capture from standard input, and standard input is a terminal");
  }
  if (from !== undefined && to !== undefined) {
    const length = to.seconds - from.seconds || to.nanoseconds - from.nanoseconds;
    if (length <= 0) throw new UsageError("--from must be before --to");
  }
  tellZone(options, environment);
  if (rules !== undefined && !evidence) throw new UsageError("--rules has no meaning with --no-evidence");
  const services = loadServiceTable({ portsFile: ports });
  return {
    services,
    rules: evidence ? loadEvidenceRules(services, { rulesFile: rules }) : null,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(filter !== undefined && { filter }),
    ...(idleTimeout !== undefined && { idleTimeoutSeconds: idleTimeout }),
    ...(maxFlows !== undefined && { maxFlows }),
    ...(reader !== undefined && { reader }),
    ...((options.anonymise || options.anonymiseKey !== undefined) && {
      pseudonyms: loadPseudonyms(options.anonymiseKey),
    }),
  };
}

/** Clocks on walls seldom show UTC: says so where a time has no zone. */
function tellZone({ from, to }: ReadingOptions, { stderr }: Environment): void {
  const given = [
    ["--from", from],
    ["--to", to],
  ] as const;
  const texts = given.flatMap(([option, time]) =>
    time?.withoutZone === undefined ? [] : [`${option} ${time.withoutZone}`],
  );
  if (texts.length === 0) return;
  stderr.write(`appleflow: ${escapeText(texts.join(" and "))}: without a zone, read as UTC\n`);
}
