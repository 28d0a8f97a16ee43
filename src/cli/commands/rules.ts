/** `appleflow rules`: what a firewall has to let through, or whether one does. */
import { type Command, Option } from "commander";
import { summarize, summaryStatus } from "../../engine/summarize.ts";
import { auditRows } from "../../firewall/audit-rows.ts";
import { CaptureNeeds } from "../../firewall/capture-needs.ts";
import {
  describeInside,
  type FirewallHook,
  type FirewallPlace,
  type Inside,
} from "../../firewall/firewall-place.ts";
import { loadDestinations } from "../../firewall/load-destinations.ts";
import { loadPortNeeds } from "../../firewall/load-port-needs.ts";
import { loadRuleset } from "../../firewall/load-ruleset.ts";
import { planRules } from "../../firewall/plan-rules.ts";
import { AUDIT_FORMATS, type AuditFormat, renderAudit } from "../../firewall/render-audit.ts";
import { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "../../firewall/render-plan.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_BLOCKED, STATUS_NOTHING_READ } from "../exit-status.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import { portsOption } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { namedProducts } from "./named-products.ts";

const EXAMPLES = `
Examples:
  appleflow rules FaceTime iMessage --inside lan0      nftables, for a router
  appleflow rules Mail --source 10.1.0.0/16 --format iptables
  appleflow rules --family "Game Center" --format pf
  appleflow rules "Screen Sharing" --with-inbound --hook output
  appleflow rules --from office.pcapng --format markdown
  nft -j list ruleset > now.json && appleflow rules FaceTime --audit now.json

Rules open exactly the rows of Apple's list that name the products, for IPv4 and
IPv6. With --from these are rows that a flow went to, of the products that more
than a wide range speaks for. Without names it is every product of the list that
has not ended. What every network needs besides (DNS, DHCP) stands in comments.

On a router only devices inside may open connections: at the interface of
--inside, in the networks of --source, or both where both are given. From
outside nothing gets in but answers and the ICMP errors that belong to them.
Everything else that would be forwarded is dropped. nftables and iptables need
one of the two unless they are for a host (--hook output); pf is for a host
without them.

An audit says for each row whether the ruleset lets a connection to it through:
first packet, later ones, and answers. What it cannot tell is "undecided". With
names, its exit status is 4 where a row of theirs is not allowed.`;

/** As commander hands them over. */
interface RulesCommandOptions {
  readonly format?: string;
  readonly family?: readonly string[];
  /** A capture whose flows say what is needed. */
  readonly from?: string;
  readonly hook: FirewallHook;
  /** Files of a ruleset that is held to the list. */
  readonly audit?: readonly string[];
  readonly inside?: string;
  /** Networks of the devices. */
  readonly source?: readonly string[];
  readonly outside?: string;
  readonly ip?: "4" | "6";
  readonly withWide?: boolean;
  readonly withOffList?: boolean;
  readonly withInbound?: boolean;
  readonly withRetired?: boolean;
  readonly ports?: string;
  readonly output?: string;
}

const DEFAULT_FORMAT: PlanFormat = "nftables";
const DEFAULT_AUDIT_FORMAT: AuditFormat = "table";
/** The first is the default. */
const HOOKS: readonly FirewallHook[] = ["forward", "output"];
/** Of Linux and the BSDs (IFNAMSIZ without its final NUL). */
const LONGEST_INTERFACE = 15;
/** Defines the command. */
export function defineRules(command: Command, { environment, finish }: CommandContext): void {
  command
    .description("Firewall rules that let products through, and no more.")
    .argument("[product...]", "products, or other names of them")
    .addOption(
      new Option(
        "-f, --format <format>",
        `form of the rules (default: ${DEFAULT_FORMAT}), or of the audit (default: ${DEFAULT_AUDIT_FORMAT})`,
      ).choices([...new Set([...PLAN_FORMATS, ...AUDIT_FORMATS])]),
    )
    .option("--family <name>", "all products of a family, too; may be repeated", collect)
    .option("--from <capture>", "only what a capture shows to be used")
    .addOption(
      new Option("--hook <hook>", "of Linux: what a router forwards, or a host sends")
        .choices(HOOKS)
        .default(HOOKS[0]),
    )
    .option(
      "--audit <ruleset>",
      "which rows a ruleset blocks: a file of nft -j list ruleset, iptables-save or ip6tables-save; may be repeated",
      collect,
    )
    .option("--inside <interface>", "of a router: where the devices are; the rules are for what they open")
    .option("--source <network>", "of a router: a network of the devices; may be repeated", collect)
    .option("--outside <interface>", "of an audit: where the services are")
    .addOption(new Option("--ip <version>", "of an audit: only IPv4 or only IPv6").choices(["4", "6"]))
    .option("--with-wide", "rows of more than 100 ports, too: 49152-65535 opens nearly everything")
    .option("--with-off-list", "ports that products need and Apple's list does not have, marked as such")
    .option("--with-inbound", "what a Mac itself offers, apart from the rest")
    .option("--with-retired", "products that have ended, too, where none is named")
    .addOption(portsOption())
    .option("-o, --output <file>", "write the rules to a file")
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], options: RulesCommandOptions) => {
      finish(await runRules(names, options, environment));
    });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Runs the command; the exit status. */
async function runRules(
  names: readonly string[],
  options: RulesCommandOptions,
  environment: Environment,
): Promise<number> {
  if (options.audit !== undefined) return await runAudit(names, options, options.audit, environment);
  if (options.outside !== undefined || options.ip !== undefined) {
    throw new UsageError("--outside and --ip are for --audit");
  }
  const format = planFormat(options.format);
  const table = loadServiceTable({ portsFile: options.ports });
  const needs = loadPortNeeds(table, { hasOwnRows: options.ports !== undefined });
  const wanted = namedProducts(names, options.family, table);
  const place = firewallPlace(format, options);
  const { from, withWide, withOffList, withInbound } = options;
  const openings = { withWide, withOffList, withInbound };
  const output = openResultOutput(options.output, from === undefined ? [] : [from], environment);
  try {
    if (from === undefined) {
      const withoutRetired = !wanted.isNamed && options.withRetired !== true;
      const plan = planRules({ table, needs, ...wanted, ...openings, withoutRetired });
      output.write(renderPlan(plan, format, place));
      output.finish();
      return 0;
    }
    const seen = new CaptureNeeds(table);
    const summary = await summarize([from], { services: table, onFlow: (flow) => seen.add(flow) });
    writeNotes(readingNotes(summary), environment);
    const status = summaryStatus(summary);
    if (status === STATUS_NOTHING_READ) return status;
    const plan = planRules({
      table,
      needs: { ...needs, offList: seen.offList },
      subject: wanted.isNamed
        ? `${wanted.subject}, as far as flows of ${from} went to it`
        : `what flows of ${from} went to`,
      products: new Set(
        [...seen.products].filter((product) => wanted.products.has(product) || !wanted.isNamed),
      ),
      isWanted: (row, product) => seen.isSeen(row, product),
      ...openings,
    });
    output.write(renderPlan(plan, format, place));
    output.finish();
    return status;
  } finally {
    output.close();
  }
}

async function runAudit(
  names: readonly string[],
  options: RulesCommandOptions,
  files: readonly string[],
  environment: Environment,
): Promise<number> {
  const { format: formatName = DEFAULT_AUDIT_FORMAT, from, hook, inside, outside, ip } = options;
  const format: AuditFormat | undefined = AUDIT_FORMATS.find((known) => known === formatName);
  if (format === undefined) throw new UsageError(`--format ${formatName} is not for --audit`);
  if (from !== undefined) throw new UsageError("--audit and --from answer different questions: take one");
  const table = loadServiceTable({ portsFile: options.ports });
  const wanted = namedProducts(names, options.family, table);
  const report = auditRows(loadRuleset(files), {
    table,
    sources: sourceNetworks(options.source),
    appleNetworks: loadDestinations(table).networks.map(({ prefix }) => prefix),
    hook,
    insideInterface: inside ?? null,
    outsideInterface: outside ?? null,
    ...(wanted.isNamed && { products: wanted.products }),
    ...(ip !== undefined && { version: ip === "4" ? 4 : 6 }),
  });
  const output = openResultOutput(options.output, files, environment);
  try {
    output.write(await renderAudit(report, format, styleOf(environment, isOutputFile(options.output))));
    output.finish();
  } finally {
    output.close();
  }
  const isAllowed = report.rows.every(({ verdict }) => verdict === "allowed");
  return wanted.isNamed && !isAllowed ? STATUS_BLOCKED : 0;
}

/** Networks of the devices, as `--source` names them. */
function sourceNetworks(texts: readonly string[] = []): Inside["networks"] {
  if (texts.length === 0) return [];
  const inside = describeInside(null, texts);
  if (typeof inside === "string") throw new UsageError(inside);
  return inside.networks;
}

function planFormat(name: string = DEFAULT_FORMAT): PlanFormat {
  const format = PLAN_FORMATS.find((known) => known === name);
  if (format === undefined) throw new UsageError(`--format ${name} is for --audit`);
  return format;
}

/** Where the rules are to stand. Those that Linux forwards by need to know where inside is: without it they have no direction. */
function firewallPlace(
  format: PlanFormat,
  { hook, inside: interfaceName, source = [] }: RulesCommandOptions,
): FirewallPlace {
  if (interfaceName === undefined && source.length === 0) {
    if (hook === "forward" && (format === "nftables" || format === "iptables")) {
      throw new UsageError(
        `rules of ${format} for a router need --inside INTERFACE or --source NETWORK, where the devices are: without a direction they would let connections in from outside (for a host: --hook output)`,
      );
    }
    return { kind: "host" };
  }
  if (hook === "output")
    throw new UsageError("--inside and --source are for a router, --hook output for a host");
  if (!FIREWALL_FORMATS.includes(format)) {
    throw new UsageError(`--inside and --source are for ${FIREWALL_FORMATS.join(", ")}`);
  }
  const inside = describeInside(interfaceName ?? null, source);
  if (typeof inside === "string") throw new UsageError(inside);
  if (format !== "cisco" && (interfaceName?.length ?? 0) > LONGEST_INTERFACE) {
    throw new UsageError(
      `an interface's name has at most ${LONGEST_INTERFACE} characters: "${interfaceName}"`,
    );
  }
  return { kind: "router", inside };
}
