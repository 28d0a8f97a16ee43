/** The manual page appleflow(1), in mdoc(7), which groff and mandoc read. */
import type {
  ArgumentReference,
  CommandReference,
  OptionReference,
} from "../../src/cli/command-reference.ts";

export interface ManPageOptions {
  /** Version of the program: "0.1.0". */
  readonly version: string;
  /** Release time in seconds since 1970. */
  readonly date: number;
}

/** @param references the program, then its commands */
export function manPage(references: readonly CommandReference[], { version, date }: ManPageOptions): string {
  const [program, ...commands] = references;
  return [
    `.Dd ${dateText(date)}`,
    ".Dt APPLEFLOW 1",
    `.Os appleflow ${version}`,
    ".Sh NAME",
    ".Nm appleflow",
    `.Nd ${text("find Apple products in network traffic")}`,
    ".Sh SYNOPSIS",
    ...commands.flatMap((command) => [".Nm appleflow", `.Cm ${command.name}`, ...synopsisOf(command)]),
    ".Sh DESCRIPTION",
    text(program.description),
    ".Pp",
    "Each command has help of its own:",
    ".Nm appleflow",
    ".Ar command",
    ".Fl -help .",
    ...optionList(program.options),
    ".Sh COMMANDS",
    ...commands.flatMap(commandLines),
    ".Sh EXAMPLES AND EXIT STATUS",
    ...literal(program.notes),
    ".Sh SEE ALSO",
    ".Xr tcpdump 1 ,",
    ".Xr tshark 1 ,",
    ".Xr pcap-filter 7",
    "",
  ].join("\n");
}

function commandLines({ name, description, arguments: given, options, notes }: CommandReference): string[] {
  return [
    `.Ss ${text(name)}`,
    text(description),
    ...(given.length === 0 ? [] : [".Bl -tag -width Ds", ...given.flatMap(argumentLines), ".El"]),
    ...optionList(options),
    ...literal(notes),
  ];
}

function synopsisOf({ arguments: given }: CommandReference): string[] {
  const words = given.map(({ name, isOptional, isVariadic }) => {
    const macro = `Ar ${text(name)}${isVariadic ? " ..." : ""}`;
    return isOptional ? `.Op ${macro}` : `.${macro}`;
  });
  return [".Op Ar options", ...words];
}

function argumentLines({ name, description, choices }: ArgumentReference): string[] {
  return [`.It Ar ${text(name)}`, text(withChoices(description, choices))];
}

function optionList(options: readonly OptionReference[]): string[] {
  return options.length === 0 ? [] : [".Bl -tag -width Ds", ...options.flatMap(optionLines), ".El"];
}

function optionLines({ short, long, value, description, choices, defaultText }: OptionReference): string[] {
  const names = [...(short === null ? [] : [short]), long].map((word) => `Fl ${text(word.slice(1))}`);
  const argument = value === null ? "" : ` Ar ${text(value.replaceAll(/^<|>$/g, ""))}`;
  const end = defaultText === null ? "" : ` (default: ${defaultText})`;
  return [`.It ${names.join(" , ")}${argument}`, text(withChoices(description, choices) + end)];
}

function withChoices(description: string, choices: readonly string[]): string {
  return choices.length === 0 ? description : `${description}: ${choices.join(", ")}`;
}

/** As in the help, line by line. */
function literal(notes: string): string[] {
  if (notes === "") return [];
  return [".Bd -literal", ...notes.split("\n").map((line) => text(line)), ".Ed"];
}

/** Escapes backslashes, dashes that must stay copyable, and control characters at the start of a line. */
function text(line: string): string {
  const escaped = line.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const month = date.toLocaleString("en-US", { month: "long", timeZone: "UTC" });
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}
