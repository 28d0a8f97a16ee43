/** Reading options: those of all commands that read packets, and the additional ones for captures. */
import { Argument, type Command, Option } from "commander";
import { loadPseudonyms } from "../anonymise/load-pseudonyms.ts";
import type { CaptureOptions } from "../engine/read-captures.ts";
import type { ReadingOptions } from "../engine/reading-options.ts";
import { DEFAULT_IDLE_TIMEOUT_SECONDS, DEFAULT_MAX_FLOWS } from "../flows/flow-table.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { compareMoments } from "../net/moment.ts";
import { READER_NAMES } from "../packets/files/reader-name.ts";
import { MAX_FLOWS_LIMIT } from "../packets/kernel/kernel.ts";
import { escapeText } from "../render/render-escape.ts";
import { readTextFile } from "../text-file.ts";
import { type Environment, UsageError } from "./environment.ts";
import { MOST_SECONDS, seconds, wholeNumber } from "./option-parsers.ts";
import { type GivenTime, parseTime } from "./time-option.ts";

/** Environment variable for the key of `--anonymise`, hidden from other users of the machine. */
const KEY_VARIABLE = "APPLEFLOW_ANONYMISE_KEY";
const MOST_KEY_BYTES = 4096;

/** Options of all commands that read packets, as commander passes them. */
export interface ReadingCommandOptions {
  readonly filter?: string;
  readonly outer?: boolean;
  readonly deduplicate?: boolean;
  /** Seconds. */
  readonly idleTimeout?: number;
  readonly maxFlows?: number;
  readonly ports?: string;
  readonly rules?: string;
  /** `--no-evidence` makes it false. */
  readonly evidence: boolean;
  readonly anonymise?: boolean;
  /** Hexadecimal digits; implies `anonymise`. */
  readonly anonymiseKey?: string;
  /** A file that contains them. */
  readonly anonymiseKeyFile?: string;
}

/** Options of commands that read captures. */
export interface CaptureCommandOptions extends ReadingCommandOptions, TimeWindow {
  readonly output?: string;
  readonly reader?: CaptureOptions["reader"];
  /** For commands that have {@link deviceOption}. */
  readonly device?: string;
  /** For commands that have {@link productOption}: names as given. */
  readonly product?: readonly string[];
}

/** Reading options together with the port list that they select. */
type WithServices<T extends ReadingOptions> = T & { readonly services: ServiceTable };

/** Adds the reading options. `defaultIdleTimeout`: default shown in the help, in seconds. */
export function addReadingOptions(command: Command, defaultIdleTimeout: number): Command {
  return addPacketOptions(command, defaultIdleTimeout)
    .option("--anonymise", "replace all addresses and names except Apple's")
    .option(
      "--anonymise-key <hex>",
      `like --anonymise, with a 64-digit key: the same pseudonyms on every run (or set ${KEY_VARIABLE})`,
    )
    .option("--anonymise-key-file <file>", "like --anonymise, with the key from a file");
}

/** Adds the options that select packets and knowledge. */
function addPacketOptions(command: Command, defaultIdleTimeout: number): Command {
  return command
    .option("--filter <expression>", 'only packets that match, as in tcpdump: "host 10.0.0.7 and tcp"')
    .option("--outer", "count packets by their outermost header; do not look inside tunnels")
    .option(
      "--deduplicate",
      "count a packet once even if it was captured on several interfaces or both sides of a NAT",
    )
    .option(
      "--idle-timeout <seconds>",
      `time without packets that ends a flow; 0: never (default: ${defaultIdleTimeout})`,
      seconds(0, MOST_SECONDS),
    )
    .option(
      "--max-flows <count>",
      `maximum number of live flows (default: ${DEFAULT_MAX_FLOWS})`,
      wholeNumber(1, MAX_FLOWS_LIMIT),
    )
    .addOption(portsOption())
    .option("--rules <file>", "your own rules for names, addresses, service types and processes")
    .option("--no-evidence", "use port numbers only: no names, addresses or processes");
}

/** Adds those for captures, and the output file. */
export function addCaptureOptions(command: Command): Command {
  return addReader(addReadingOptions(addFileOptions(command), DEFAULT_IDLE_TIMEOUT_SECONDS));
}

/** The same for commands that write packets unchanged, with their real names. */
export function addPacketCaptureOptions(command: Command): Command {
  return addReader(addPacketOptions(addFileOptions(command), DEFAULT_IDLE_TIMEOUT_SECONDS));
}

function addFileOptions(command: Command): Command {
  return command
    .option("-o, --output <file>", "write the results to a file")
    .option(
      "--from <time>",
      "only packets from this time on (RFC 3339, a date, or seconds since 1970)",
      parseTime,
    )
    .option("--to <time>", "only packets before this time", parseTime);
}

function addReader(command: Command): Command {
  return command.addOption(
    new Option("--reader <name>", `reader for classic pcap files (default: ${READER_NAMES[0]})`).choices(
      READER_NAMES,
    ),
  );
}

/** `--device`, for commands that report on flows. */
export function deviceOption(): Option {
  return new Option(
    "--device <name>",
    "only flows of one device, by name or address; needs files, not a pipe",
  );
}

/** `--product`: for the same commands; may be repeated. */
export function productOption(): Option {
  return new Option(
    "--product <name>",
    "only flows that evidence attributes to this product (may be repeated)",
  ).argParser((name: string, names: readonly string[] = []) => [...names, name]);
}

/** The argument of commands that read any number of captures. */
export function capturesArgument(): Argument {
  return new Argument("<capture...>", "files, folders, or - for standard input");
}

/** `--ports`, for every command that looks something up in the list. */
export function portsOption(): Option {
  return new Option("--ports <file>", "your own port list, which overrides Apple's");
}

/** The reading options in the engine's form; loads the list. Throws `UsageError` and `InputError`. */
export function readingOptions(
  options: ReadingCommandOptions,
  { env }: Pick<Environment, "env">,
): WithServices<ReadingOptions> {
  const { filter, outer, deduplicate, idleTimeout, maxFlows, ports, rules, evidence } = options;
  if (rules !== undefined && !evidence) throw new UsageError("--rules cannot be combined with --no-evidence");
  const services = loadServiceTable({ portsFile: ports });
  return {
    services,
    rules: evidence ? loadEvidenceRules(services, { rulesFile: rules }) : null,
    ...(filter !== undefined && { filter }),
    ...(outer && { outer }),
    ...(deduplicate && { deduplicate }),
    ...(idleTimeout !== undefined && { idleTimeoutSeconds: idleTimeout }),
    ...(maxFlows !== undefined && { maxFlows }),
    ...(isAnonymous(options) && { pseudonyms: loadPseudonyms(anonymousKey(options, env)) }),
  };
}

/** Whether anonymisation was requested by any of the options. */
export function isAnonymous({ anonymise, anonymiseKey, anonymiseKeyFile }: ReadingCommandOptions): boolean {
  return anonymise === true || anonymiseKey !== undefined || anonymiseKeyFile !== undefined;
}

/** The given key; undefined: none. */
function anonymousKey(
  { anonymiseKey, anonymiseKeyFile }: ReadingCommandOptions,
  env: Environment["env"],
): string | undefined {
  if (anonymiseKey !== undefined && anonymiseKeyFile !== undefined) {
    throw new UsageError("--anonymise-key and --anonymise-key-file cannot be combined");
  }
  if (anonymiseKeyFile === undefined) return anonymiseKey ?? env[KEY_VARIABLE];
  return readTextFile(anonymiseKeyFile, anonymiseKeyFile, MOST_KEY_BYTES).trim();
}

/** The same for a command that reads captures. */
export function captureOptions(
  captures: readonly string[],
  options: CaptureCommandOptions,
  environment: Environment,
): WithServices<CaptureOptions> {
  const { from, to, reader } = options;
  const { stdin, stderr } = environment;
  if (captures.includes("-") && stdin.isTTY) {
    throw new UsageError("- reads a capture from standard input, but standard input is a terminal");
  }
  checkWindow(options, stderr);
  return {
    ...readingOptions(options, environment),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(reader !== undefined && { reader }),
  };
}

/** `--from` and `--to`, as commander passes them. */
export interface TimeWindow {
  readonly from?: GivenTime;
  readonly to?: GivenTime;
}

/** Throws `UsageError` for an empty window; warns on standard error about a time without a zone. */
export function checkWindow(window: TimeWindow, stderr: Environment["stderr"]): void {
  const { from, to } = window;
  if (from !== undefined && to !== undefined && compareMoments(from, to) >= 0) {
    throw new UsageError("--from must be before --to");
  }
  tellZone(window, stderr);
}

/** Local time is seldom UTC: reports that a time without a zone is read as UTC. */
function tellZone({ from, to }: TimeWindow, stderr: Environment["stderr"]): void {
  const given = [
    ["--from", from],
    ["--to", to],
  ] as const;
  const texts = given.flatMap(([option, time]) =>
    time?.withoutZone === undefined ? [] : [`${option} ${time.withoutZone}`],
  );
  if (texts.length === 0) return;
  stderr.write(`appleflow: ${escapeText(texts.join(" and "))}: no time zone given, read as UTC\n`);
}
