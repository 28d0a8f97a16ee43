/**
 * The command line: what all commands share, and error handling. Each command has a file of its name in
 * `commands/`.
 */
import { Command, CommanderError } from "commander";
import { programVersion } from "../knowledge/program-version.ts";
import type { CommandContext } from "./command-context.ts";
import { COMMANDS } from "./command-list.ts";
import { withConfigFile } from "./config-file.ts";
import type { Environment } from "./environment.ts";
import { reportFailure } from "./failure.ts";
import { DEFAULT_COLUMNS } from "./terminal-style.ts";

/** The command that describes all others, and needs them loaded. */
const COMPLETE = "complete";
const VERSION_FLAGS = ["-V", "--version"];

const EXAMPLES = `
Examples:
  appleflow summarize office.pcapng             totals per Apple product
  appleflow summarize *.pcap --by family        one summary of all files
  tcpdump -w - | appleflow summarize -          read from a pipe
  appleflow live en0                            what is on the wire right now
  appleflow flows office.pcap --format csv      one line per flow
  appleflow reach office.pcap                   what gets through, what does not
  appleflow rules FaceTime --format pf          what a firewall must let through
  appleflow ports 5223                          what the list says about a port
  appleflow products FaceTime                   where the list names a product

Exit status: 0 everything was read; 1 wrong usage; 2 results, but not
everything could be read; 3 nothing could be read; 4 (reach, rules --audit) a
service that was tried does not work; 5 (check, and diff if asked) something
differs; 6 results could not be saved; 130 interrupted: what had been read by
then was printed.`;

/** Runs the command line to its end and returns the exit status. Never throws. */
export async function run(environment: Environment): Promise<number> {
  let status = 0;
  let usageText = "";
  try {
    const program = createProgram(environment, (text) => {
      // Held back, to be escaped: it repeats arguments.
      usageText += text;
    });
    const withArguments = { ...environment };
    await addCommands(program, {
      environment: withArguments,
      finish: (result) => {
        status = result;
      },
    });
    // Only the commands know which options a file may contain.
    withArguments.argv = withConfigFile(environment.argv, program);
    await program.parseAsync(withArguments.argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return await reportFailure(error, usageText, environment);
  }
}

/** The program with all its commands, none of which has run: for documentation and completion. */
export async function programWithCommands(environment: Environment): Promise<Command> {
  const program = createProgram(environment, () => undefined);
  await addCommands(program, {
    environment: { ...environment, argv: [COMPLETE] },
    finish: () => undefined,
  });
  return program;
}

/** The program without its commands. `onUsageError` receives commander's message for wrong usage. */
function createProgram({ stdout }: Environment, onUsageError: (text: string) => void): Command {
  const width = () => stdout.columns ?? DEFAULT_COLUMNS;
  return new Command("appleflow")
    .description(
      "Which Apple products are on a network, how much traffic each has, how certain that is, and what is blocked.",
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
    .configureHelp({ subcommandTerm: listedAs })
    .showHelpAfterError('Try "appleflow --help".')
    .addHelpText("after", EXAMPLES);
}

/** All commands, for the help and for suggestions; only those that the arguments name can be run. */
async function addCommands(program: Command, context: CommandContext): Promise<void> {
  const { argv } = context.environment;
  for (const [name, { description, load }] of COMMANDS) {
    const command = program.command(name).description(description);
    if (!argv.includes(name) && argv[0] !== COMPLETE) continue;
    const define = await load();
    define(command.showHelpAfterError(`Try "appleflow ${name} --help".`), context);
  }
}

/** Entry of a command in the list of the help. */
function listedAs(command: Command): string {
  const usage = COMMANDS.get(command.name())?.usage ?? "[command]";
  return `${command.name()} ${usage}`.trimEnd();
}
