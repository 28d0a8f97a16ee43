/**
 * The command line: commands, options, help. What a command does is loaded when it is run; only `summarize`, which is
 * run most, comes with the start: a file more costs as much as a hundred kilobytes.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { CheckCommandOptions } from "./commands/check-command.ts";
import { addCheckOptions, addDiffOptions } from "./commands/compare-options.ts";
import type { DiffCommandOptions } from "./commands/diff-command.ts";
import type { FlowsCommandOptions } from "./commands/flows-command.ts";
import type { InterfacesCommandOptions } from "./commands/interfaces-command.ts";
import type { ListCommandOptions } from "./commands/list-commands.ts";
import { addLiveOptions, type LiveCommandOptions } from "./commands/live-options.ts";
import type { ReachCommandOptions } from "./commands/reach-command.ts";
import type { RulesCommandOptions } from "./commands/rules-command.ts";
import { addRulesOptions } from "./commands/rules-options.ts";
import { runSummarize, type SummarizeCommandOptions } from "./commands/summarize-command.ts";
import type { Environment } from "./environment.ts";
import { reportFailure } from "./failure.ts";
import { parseTop } from "./option-values.ts";
import { addReadingOptions } from "./reading-options.ts";

const EXAMPLES = `
Examples:
  appleflow summarize office.pcapng             totals per Apple product
  appleflow summarize *.pcap --by family        all files in one summary
  tcpdump -w - | appleflow summarize -          what a pipe brings
  appleflow live en0                            what is on the wire now
  appleflow flows office.pcap --format csv      one line for each flow
  appleflow reach office.pcap                   what gets through, and what does not
  appleflow rules FaceTime --format pf          what a firewall has to let through
  appleflow ports 5223                          what the list says of a port
  appleflow products FaceTime                   where the list names a product

Exit status: 0 all was read; 1 wrong usage; 2 results, but not all could be
read; 3 nothing could be read; 4 (reach) a service that was tried does not work;
5 (check, and diff if asked) something differs.`;

const SUMMARIZE_EXAMPLES = `
Examples:
  appleflow summarize monday.pcap tuesday.pcap.gz captures/
  appleflow summarize office.pcapng --by host --top 20
  appleflow summarize office.pcap --from 2026-01-31T09:00 --to 2026-01-31T09:15
  appleflow summarize office.pcapng --filter "net 10.1.0.0/16 and not port 443"
  appleflow summarize office.pcapng --format json | jq '.products[0]'

An estimate shares each flow equally among the products that Apple's list names
for its port. Beside it stands what no other product of the list can claim
(sole), and what the product could have at most (possible). A port alone proves
neither. Sizes are in SI units: 1 kB is 1000 bytes.`;

const FLOWS_EXAMPLES = `
Examples:
  appleflow flows office.pcap | jq 'select(.servicePort == 5223) | .originator'
  appleflow flows office.pcap --format csv --output flows.csv
  appleflow flows office.pcap --explain 10.0.0.7
  appleflow flows office.pcap --explain "Software Update"`;

const REACH_EXAMPLES = `
Examples:
  appleflow reach office.pcapng                what works, and what does not
  appleflow reach office.pcapng --by row       the rows of the list: seen, failed
  appleflow reach office.pcapng --explain FaceTime
  appleflow reach office.pcapng --explain 5223/tcp

Exit status 4: a service that was tried does not work. What was never tried
proves nothing.`;

const LIVE_EXAMPLES = `
Examples:
  appleflow live                 the interface with the default route
  appleflow live en0 en1 --filter "not port 22"
  appleflow live eth0 --duration 600 --output summary.json
  appleflow live eth0 --save live.pcapng --ring files:10,size:100
  appleflow live eth0 | jq -c '[.time, .products[0].product]'

On a terminal it is a screen (? there shows the keys), else one JSON object a
line for each interval. It ends with Ctrl-C or q, and with the summary: on the
terminal as a table, in the file of --output as JSON.`;

const PORTS_EXAMPLES = `
A query is a port (5223), a port and transport (5223/tcp), a range as it stands
in the list (3478-3497), or a name: of a service, a protocol or a product.
Without one, all rows are shown.`;

/** Runs the command line to its end and says the exit status. Never throws. */
export async function run(environment: Environment): Promise<number> {
  let status = 0;
  let usageText = "";
  const program = buildProgram(environment, {
    finish: (result) => {
      status = result;
    },
    // Kept back, to be made safe to show: it repeats arguments.
    complain: (text) => {
      usageText += text;
    },
  });
  try {
    await program.parseAsync(environment.argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return await reportFailure(error, usageText, environment);
  }
}

interface ProgramHooks {
  readonly finish: (status: number) => void;
  readonly complain: (text: string) => void;
}

function buildProgram(environment: Environment, { finish, complain }: ProgramHooks): Command {
  const width = () => environment.stdout.columns ?? 80;
  const program = new Command("appleflow")
    .description(
      "Which Apple products are on a network, how much is each, how sure is that, and what is blocked.",
    )
    .version(packageVersion(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void environment.stdout.write(text),
      writeErr: complain,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", EXAMPLES);

  addReadingOptions(program.command("summarize"))
    .description("Totals of captures: per product, family, service, port or host.")
    .addOption(
      new Option("-f, --format <format>", "form of the results")
        .choices(["table", "json", "csv", "ndjson"])
        .default("table"),
    )
    .addOption(
      new Option("--by <what>", "what there is a row for")
        .choices(["product", "family", "service", "port", "host"])
        .default("product"),
    )
    .option("--top <count>", "only so many rows, those with most bytes", parseTop)
    .option("--no-progress", "no progress bar")
    .addHelpText("after", SUMMARIZE_EXAMPLES)
    .action(async (captures: string[], options: SummarizeCommandOptions) => {
      finish(await runSummarize(captures, options, environment));
    });

  addReadingOptions(program.command("flows"))
    .description("One record for each flow, in the order in which they end.")
    .addOption(
      new Option("-f, --format <format>", "form of the results").choices(["ndjson", "csv"]).default("ndjson"),
    )
    .option("--explain <what>", "why, in words: a flow (Community ID, address, address:port) or a product")
    // Flows show no progress; a script may give both commands the same options.
    .addOption(new Option("--no-progress").hideHelp())
    .addHelpText("after", FLOWS_EXAMPLES)
    .action(async (captures: string[], options: FlowsCommandOptions) => {
      const { runFlows } = await import("./commands/flows-command.ts");
      finish(await runFlows(captures, options, environment));
    });

  addReadingOptions(program.command("reach"))
    .description("Which of Apple's services get through, and what is in the way of the others.")
    .addOption(
      new Option("-f, --format <format>", "form of the results").choices(["table", "json"]).default("table"),
    )
    .addOption(
      new Option("--by <what>", "what the table has a line for")
        .choices(["product", "row"])
        .default("product"),
    )
    .option("--explain <what>", "why, in words: a product, a port, an address or a name")
    .addHelpText("after", REACH_EXAMPLES)
    .action(async (captures: string[], options: ReachCommandOptions) => {
      const { runReach } = await import("./commands/reach-command.ts");
      finish(await runReach(captures, options, environment));
    });

  addLiveOptions(program.command("live"))
    .description("Monitor interfaces: which products are on the wire now.")
    .addHelpText("after", LIVE_EXAMPLES)
    .action(async (names: string[], options: LiveCommandOptions) => {
      const { runLive } = await import("./commands/live-command.ts");
      finish(await runLive(names, options, environment));
    });

  addDiffOptions(program.command("diff"))
    .description("What is different between two captures or saved summaries.")
    .action(async (before: string, after: string, options: DiffCommandOptions) => {
      const { runDiff } = await import("./commands/diff-command.ts");
      finish(await runDiff([before, after], options, environment));
    });

  addCheckOptions(program.command("check"))
    .description("Whether a capture holds what a file expects of it.")
    .action(async (capture: string, expected: string, options: CheckCommandOptions) => {
      const { runCheck } = await import("./commands/check-command.ts");
      finish(await runCheck([capture, expected], options, environment));
    });

  addListOptions(program.command("ports"))
    .description("The rows of Apple's list for a port or a name.")
    .argument("[query]", "a port, a port and transport, or a name")
    .addHelpText("after", PORTS_EXAMPLES)
    .action(async (query: string | undefined, options: ListCommandOptions) => {
      const { runPorts } = await import("./commands/list-commands.ts");
      finish(await runPorts(query, options, environment));
    });

  addListOptions(program.command("products"))
    .description("The products that Apple's list names, and where.")
    .argument("[name]", "a product, another name of it, or a part of one")
    .action(async (name: string | undefined, options: ListCommandOptions) => {
      const { runProducts } = await import("./commands/list-commands.ts");
      finish(await runProducts(name, options, environment));
    });

  addRulesOptions(program.command("rules"))
    .description("Firewall rules that let products through, and no more.")
    .action(async (names: string[], options: RulesCommandOptions) => {
      const { runRules } = await import("./commands/rules-command.ts");
      finish(await runRules(names, options, environment));
    });

  program
    .command("interfaces")
    .description("The interfaces there are, and what can capture on them.")
    .addOption(
      new Option("-f, --format <format>", "form of the results").choices(["table", "json"]).default("table"),
    )
    .action(async (options: InterfacesCommandOptions) => {
      const { runInterfaces } = await import("./commands/interfaces-command.ts");
      finish(await runInterfaces(options, environment));
    });

  program
    .command("doctor")
    .description("Whether this system can capture live, and what it lacks.")
    .action(async () => {
      const { runDoctor } = await import("./commands/doctor-command.ts");
      finish(await runDoctor(environment));
    });

  for (const command of program.commands) {
    command.showHelpAfterError(`Try "appleflow ${command.name()} --help".`);
  }
  return program.showHelpAfterError('Try "appleflow --help".');
}

function addListOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-f, --format <format>", "form of the results").choices(["table", "json"]).default("table"),
    )
    .option("--ports <file>", "rows of your own, over the list's");
}

/** The version in package.json, which lies as far from src/cli/ as from dist/cli/. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
