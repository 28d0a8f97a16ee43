/** `appleflow rules`: what a firewall must allow, or whether it does. */
import { type Command, Option } from "commander";
import { summarize, summaryStatus } from "../../engine/summarize.ts";
import { CaptureNeeds } from "../../firewall/capture-needs.ts";
import { describeInside, type FirewallHook, type FirewallPlace } from "../../firewall/firewall-place.ts";
import { loadDestinations } from "../../firewall/load-destinations.ts";
import { loadPortNeeds } from "../../firewall/load-port-needs.ts";
import { planNames } from "../../firewall/name-plan.ts";
import { planRules } from "../../firewall/plan-rules.ts";
import { AUDIT_FORMATS } from "../../firewall/render-audit.ts";
import {
  NAME_FORMATS,
  type NameFormat,
  PLACED_NAME_FORMATS,
  renderNames,
} from "../../firewall/render-names.ts";
import { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "../../firewall/render-plan.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { openResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import { portsOption } from "../reading-options.ts";
import { type NamedProducts, namedProducts } from "./named-products.ts";
import { DEFAULT_AUDIT_FORMAT, runAudit } from "./rules-audit.ts";
import { RULE_TARGETS, type RulesCommandOptions, type RuleTarget } from "./rules-options.ts";

const EXAMPLES = `
Examples:
  appleflow rules FaceTime iMessage --inside lan0      nftables, for a router
  appleflow rules Mail --source 10.1.0.0/16 --format iptables
  appleflow rules --family "Game Center" --format pf
  appleflow rules "Screen Sharing" --with-inbound --hook output
  appleflow rules APNs --to apple --inside lan0        to Apple's networks alone
  appleflow rules APNs --to apple --format list        for aliases of a firewall
  appleflow rules FaceTime --to names --format squid
  appleflow rules --to names --format no-inspect
  appleflow rules --from office.pcapng --format markdown
  nft -j list ruleset > now.json && appleflow rules FaceTime --audit now.json
  iptables-save > now4 && ip6tables-save > now6
  appleflow rules FaceTime --audit now4 --audit now6 --inside lan --outside wan

The rules open exactly the rows of Apple's list that name the products, for IPv4
and IPv6. With --from, these are the rows and ports that flows of the capture
used, except for products that only a wide range points to. Without names, they
are for every current product of the list. What every network needs as well
(DNS, DHCP) is listed in comments.

On a router, only devices inside may open connections: on the interface
--inside, from the networks --source, or both if both are given. From outside,
the rules allow only replies and the ICMP errors that belong to them. Loading
the file does not block other traffic: the lines that drop everything else start
with #policy, and the file's header says how to enable them and how to undo
everything. nftables and iptables need --inside or --source unless the rules are
for a host (--hook output); without them, pf rules are for a host.

--to apple allows Apple's own networks only, and for push notifications those
that Apple documents. Content networks have no prefix of their own: they are
left out, never widened. --to names lists the host names that clients use:
${NAME_FORMATS.join(", ")}.

An audit says for each row whether the ruleset lets a connection through (first
packet, later packets and replies), and to where. It reports what it assumes
about an ordinary connection, and says "undecided" if it cannot tell. With
names, the exit status is 4 if one of their rows is not allowed.`;

const DEFAULT_FORMAT: PlanFormat = "nftables";
/** The first is the default. */
const HOOKS: readonly FirewallHook[] = ["forward", "output"];
/** On Linux and the BSDs (IFNAMSIZ without its final NUL). */
const LONGEST_INTERFACE = 15;
/** Defines the command. */
export function defineRules(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("[product...]", "products, or their aliases")
    .addOption(
      new Option(
        "-f, --format <format>",
        `output format of the rules (default: ${DEFAULT_FORMAT}), or of the audit (default: ${DEFAULT_AUDIT_FORMAT})`,
      ).choices([...new Set([...PLAN_FORMATS, ...NAME_FORMATS, ...AUDIT_FORMATS])]),
    )
    .addOption(
      new Option("--to <destination>", `which destinations to allow: ${RULE_TARGETS.join(", ")}`)
        .choices(RULE_TARGETS)
        .default(RULE_TARGETS[0]),
    )
    .option("--family <name>", "also all products of a family; may be repeated", collect)
    .option("--from <capture>", "only what a capture shows in use")
    .addOption(
      new Option("--hook <hook>", "Linux: rules for forwarded traffic, or for what this host sends")
        .choices(HOOKS)
        .default(HOOKS[0]),
    )
    .option(
      "--audit <ruleset>",
      "check which rows a ruleset blocks: a file from nft -j list ruleset, iptables-save or ip6tables-save; may be repeated",
      collect,
    )
    .option("--inside <interface>", "on a router: the interface of the devices that may open connections")
    .option("--source <network>", "the network of those devices; may be repeated", collect)
    .option("--outside <interface>", "audit: the interface towards the services")
    .addOption(new Option("--ip <version>", "audit: only IPv4 or only IPv6").choices(["4", "6"]))
    .option("--with-wide", "also rows of more than 100 ports; 49152-65535 opens nearly everything")
    .option("--with-off-list", "also ports that products need but Apple's list lacks, marked as such")
    .option("--with-inbound", "also rules for services that a Mac itself offers, listed separately")
    .option("--with-retired", "also discontinued products, if none is named, and discontinued ports")
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

/** Runs the command; returns the exit status. */
async function runRules(
  names: readonly string[],
  options: RulesCommandOptions,
  environment: Environment,
): Promise<number> {
  if (options.audit !== undefined) return await runAudit(names, options, options.audit, environment);
  if (options.outside !== undefined || options.ip !== undefined) {
    throw new UsageError("--outside and --ip need --audit");
  }
  const to = options.to ?? RULE_TARGETS[0];
  const format = formatFor(to, options.format);
  if (to !== "any" && options.withInbound === true) {
    throw new UsageError(
      `--with-inbound needs --to any: services of a Mac are not destinations of --to ${to}`,
    );
  }
  const table = loadServiceTable({ portsFile: options.ports });
  const wanted = namedProducts(names, options.family, table);
  const place = firewallPlace(to, format, options);
  const { from } = options;
  const output = openResultOutput(options.output, from === undefined ? [] : [from], environment);
  try {
    const chosen =
      from === undefined ? { choice: wanted, status: 0 } : await seenIn(from, wanted, table, environment);
    if (chosen.choice === null) return chosen.status;
    output.write(rulesText({ to, format, place, table, choice: chosen.choice, options }));
    output.finish();
    return chosen.status;
  } finally {
    output.close();
  }
}

/** What rules are for: products, and with a capture the rows and ports that it used. */
interface RuleChoice extends NamedProducts {
  readonly seen?: CaptureNeeds;
}

/** What a capture used of the requested products; null if nothing could be read. */
async function seenIn(
  from: string,
  wanted: NamedProducts,
  table: ServiceTable,
  environment: Environment,
): Promise<{ readonly choice: RuleChoice | null; readonly status: number }> {
  const seen = new CaptureNeeds(table);
  const summary = await summarize([from], { services: table, onFlow: (flow) => seen.add(flow) });
  writeNotes(readingNotes(summary), environment);
  const status = summaryStatus(summary);
  if (status === STATUS_NOTHING_READ) return { choice: null, status };
  const subject = wanted.isNamed
    ? `${wanted.subject}, as used by the flows of ${from}`
    : `what the flows of ${from} used`;
  const products = [...seen.products].filter((product) => wanted.products.has(product) || !wanted.isNamed);
  return { choice: { subject, products: new Set(products), isNamed: true, seen }, status };
}

interface RulesRequest {
  readonly to: RuleTarget;
  readonly format: string;
  readonly place: FirewallPlace;
  readonly table: ServiceTable;
  readonly choice: RuleChoice;
  readonly options: RulesCommandOptions;
}

function rulesText({ to, format, place, table, choice, options }: RulesRequest): string {
  const { withWide, withOffList, withInbound, withRetired, ports } = options;
  const { seen, subject, products, isNamed } = choice;
  const needs = loadPortNeeds(table, { hasOwnRows: ports !== undefined });
  const destinations = to === "any" ? undefined : loadDestinations(table);
  const plan = planRules({
    table,
    needs: seen === undefined ? needs : { ...needs, offList: seen.offList },
    subject,
    products,
    ...(seen !== undefined && { isWanted: (row: ServiceRow, product: Product) => seen.isSeen(row, product) }),
    withWide,
    // Everything that a capture used is needed, on the list or not.
    withOffList: withOffList === true || seen !== undefined,
    withInbound,
    withEnded: withRetired === true || seen !== undefined,
    withoutRetired: !isNamed && withRetired !== true,
    ...(to === "apple" && { destinations }),
  });
  if (destinations === undefined || to === "apple") return renderPlan(plan, planFormat(format), place);
  const names = planNames(
    destinations,
    isNamed ? subject : "all of Apple's names",
    isNamed ? products : null,
  );
  if (names.names.length === 0) {
    throw new UsageError(
      `no name is known for ${[...products].map(({ name }) => name).join(", ")}: --to any opens their ports`,
    );
  }
  return renderNames(names, nameFormat(format), plan, place);
}

/** The format, checked against the destinations. */
function formatFor(to: RuleTarget, name: string | undefined): string {
  if (to === "names") return nameFormat(name ?? NAME_FORMATS[0]);
  const format = planFormat(name ?? DEFAULT_FORMAT);
  if (format === "list" && to === "any") {
    throw new UsageError("--format list needs --to apple or --to names");
  }
  return format;
}

function planFormat(name: string): PlanFormat {
  const format = PLAN_FORMATS.find((known) => known === name);
  if (format !== undefined) return format;
  const isOfNames = NAME_FORMATS.some((known) => known === name);
  throw new UsageError(`--format ${name} needs ${isOfNames ? "--to names" : "--audit"}`);
}

function nameFormat(name: string): NameFormat {
  const format = NAME_FORMATS.find((known) => known === name);
  if (format === undefined)
    throw new UsageError(`--format ${name} cannot be used with --to names, only ${NAME_FORMATS.join(", ")}`);
  return format;
}

/** Where the rules are loaded. On Linux, forwarding rules need the inside: without it they have no direction. */
function firewallPlace(
  to: RuleTarget,
  format: string,
  { hook, inside: interfaceName, source = [] }: RulesCommandOptions,
): FirewallPlace {
  const placed: readonly string[] = to === "names" ? PLACED_NAME_FORMATS : FIREWALL_FORMATS;
  if (interfaceName === undefined && source.length === 0) {
    if (hook === "forward" && ["nftables", "iptables", ...PLACED_NAME_FORMATS].includes(format)) {
      throw new UsageError(
        `rules of ${format} for a router need --inside INTERFACE or --source NETWORK: without a direction they would let connections in from outside (for a host: --hook output)`,
      );
    }
    return { kind: "host" };
  }
  if (hook === "output")
    throw new UsageError("--inside and --source are for a router, --hook output for a host");
  if (!placed.includes(format)) {
    throw new UsageError(`--inside and --source are for ${placed.join(", ")}`);
  }
  const inside = describeInside(interfaceName ?? null, source);
  if (typeof inside === "string") throw new UsageError(inside);
  if (format !== "cisco" && (interfaceName?.length ?? 0) > LONGEST_INTERFACE) {
    throw new UsageError(`an interface name has at most ${LONGEST_INTERFACE} characters: "${interfaceName}"`);
  }
  return { kind: "router", inside };
}
