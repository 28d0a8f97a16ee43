/**
 * The command line: the list of commands, what all of them have in common, and what becomes of errors. Each command has a
 * file of its name in `commands/`.
 */
import { Command, CommanderError } from "commander";
import { programVersion } from "../knowledge/program-version.ts";
import type { CommandContext, DefineCommand } from "./command-context.ts";
import { defineSummarize } from "./commands/summarize.ts";
import type { Environment } from "./environment.ts";
import { reportFailure } from "./failure.ts";
import { DEFAULT_COLUMNS } from "./terminal-style.ts";

/**
 * By name, in the order of the help. A command is loaded when it is asked for; only `summarize`, which is run most, comes
 * with the start: a file more costs as much as a hundred kilobytes.
 */
const COMMANDS: ReadonlyMap<string, () => Promise<DefineCommand>> = new Map([
  ["summarize", async () => defineSummarize],
  ["flows", async () => (await import("./commands/flows.ts")).defineFlows],
  ["reach", async () => (await import("./commands/reach.ts")).defineReach],
  ["live", async () => (await import("./commands/live.ts")).defineLive],
  ["history", async () => (await import("./commands/history.ts")).defineHistory],
  ["serve", async () => (await import("./commands/serve.ts")).defineServe],
  ["ship", async () => (await import("./commands/ship.ts")).defineShip],
  ["diff", async () => (await import("./commands/diff.ts")).defineDiff],
  ["check", async () => (await import("./commands/check.ts")).defineCheck],
  ["ports", async () => (await import("./commands/ports.ts")).definePorts],
  ["products", async () => (await import("./commands/products.ts")).defineProducts],
  ["rules", async () => (await import("./commands/rules.ts")).defineRules],
  ["interfaces", async () => (await import("./commands/interfaces.ts")).defineInterfaces],
  ["doctor", async () => (await import("./commands/doctor.ts")).defineDoctor],
]);

const VERSION_FLAGS = ["-V", "--version"];

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
read; 3 nothing could be read; 4 (reach, rules --audit) a service that was
tried does not work; 5 (check, and diff if asked) something differs;
130 interrupted, what was read so far was printed.`;

/** Runs the command line to its end and returns the exit status. Never throws. */
export async function run(environment: Environment): Promise<number> {
  let status = 0;
  let usageText = "";
  try {
    const program = createProgram(environment, (text) => {
      // Kept back, to be made safe to show: it repeats arguments.
      usageText += text;
    });
    await addCommands(program, {
      environment,
      finish: (result) => {
        status = result;
      },
    });
    await program.parseAsync(environment.argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return await reportFailure(error, usageText, environment);
  }
}

/** The program without its commands. `onUsageError` gets what commander has to say of wrong usage. */
function createProgram({ stdout }: Environment, onUsageError: (text: string) => void): Command {
  const width = () => stdout.columns ?? DEFAULT_COLUMNS;
  return new Command("appleflow")
    .description(
      "Which Apple products are on a network, how much is each, how sure is that, and what is blocked.",
    )
    .version(programVersion(), VERSION_FLAGS.join(", "), "show the version")
    .helpOption("-h, --help", "show help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: onUsageError,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Try "appleflow --help".')
    .addHelpText("after", EXAMPLES);
}

async function addCommands(program: Command, context: CommandContext): Promise<void> {
  for (const [name, load] of COMMANDS) {
    if (!isNeeded(name, context.environment.argv)) continue;
    const define = await load();
    define(program.command(name).showHelpAfterError(`Try "appleflow ${name} --help".`), context);
  }
}

/** Where the first argument is a command, only that one; else all, for the help and for what was meant instead. */
function isNeeded(name: string, [first = ""]: readonly string[]): boolean {
  const isEnough = COMMANDS.has(first) || VERSION_FLAGS.includes(first);
  return !isEnough || name === first;
}
