/** The options of `appleflow rules`. */
import { type Command, Option } from "commander";

const EXAMPLES = `
Examples:
  appleflow rules FaceTime iMessage                    nftables, for a router
  appleflow rules --family "Game Center" --format pf
  appleflow rules "Screen Sharing" --with-inbound --hook output
  appleflow rules --from office.pcapng --format markdown

Rules open exactly the rows of Apple's list that name the products, for IPv4 and
IPv6. With --from these are rows that a flow went to, of the products that more
than a wide range speaks for. Without names it is every product of the list that
has not ended. What every network needs besides (DNS, DHCP) stands in comments.`;

/** Adds them, and what the command is given. */
export function addRulesOptions(command: Command): Command {
  return command
    .argument("[product...]", "products, or other names of them")
    .addOption(
      new Option("-f, --format <format>", "form of the rules")
        .choices(["nftables", "iptables", "pf", "cisco", "csv", "markdown", "json"])
        .default("nftables"),
    )
    .option("--family <name>", "all products of a family, too; may be repeated", collect, [])
    .option("--from <capture>", "only what a capture shows to be used")
    .addOption(
      new Option("--hook <hook>", "of Linux: what a router forwards, or a host sends")
        .choices(["forward", "output"])
        .default("forward"),
    )
    .option("--with-wide", "rows of more than 100 ports, too: 49152-65535 opens nearly everything")
    .option("--with-off-list", "ports that products need and Apple's list does not have, marked as such")
    .option("--with-inbound", "what a Mac itself offers, apart from the rest")
    .option("--with-retired", "products that have ended, too, where none is named")
    .option("--ports <file>", "rows of your own, over the list's")
    .option("-o, --output <file>", "write the rules to a file")
    .addHelpText("after", EXAMPLES);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
