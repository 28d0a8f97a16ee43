/** The options of `appleflow rules`. */
import { type Command, Option } from "commander";

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
--inside, in the networks of --source, or both where both are given. From outside
nothing gets in but answers and the ICMP errors that belong to them. Everything
else that would be forwarded is dropped. nftables and iptables need one of the two
unless they are for a host (--hook output); pf is for a host without them.

An audit says for each row whether the ruleset lets a connection to it through:
first packet, later ones, and answers. What it cannot tell is "undecided". With
names, its exit status is 4 where a row of theirs is not allowed.`;

/** Adds them, and what the command is given. */
export function addRulesOptions(command: Command): Command {
  return command
    .argument("[product...]", "products, or other names of them")
    .addOption(
      new Option(
        "-f, --format <format>",
        "form of the rules (default: nftables), or of the audit (default: table)",
      ).choices(["nftables", "iptables", "pf", "cisco", "csv", "markdown", "json", "table"]),
    )
    .option("--family <name>", "all products of a family, too; may be repeated", collect)
    .option("--from <capture>", "only what a capture shows to be used")
    .addOption(
      new Option("--hook <hook>", "of Linux: what a router forwards, or a host sends")
        .choices(["forward", "output"])
        .default("forward"),
    )
    .option("--audit <ruleset>", "which rows a ruleset blocks: a file of nft -j list ruleset")
    .option("--inside <interface>", "of a router: where the devices are; the rules are for what they open")
    .option("--source <network>", "of a router: a network of the devices; may be repeated", collect)
    .option("--outside <interface>", "of an audit: where the services are")
    .addOption(new Option("--ip <version>", "of an audit: only IPv4 or only IPv6").choices(["4", "6"]))
    .option("--with-wide", "rows of more than 100 ports, too: 49152-65535 opens nearly everything")
    .option("--with-off-list", "ports that products need and Apple's list does not have, marked as such")
    .option("--with-inbound", "what a Mac itself offers, apart from the rest")
    .option("--with-retired", "products that have ended, too, where none is named")
    .option("--ports <file>", "rows of your own, over the list's")
    .option("-o, --output <file>", "write the rules to a file")
    .addHelpText("after", EXAMPLES);
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
