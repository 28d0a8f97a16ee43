/** docs/cli.md: every command with its arguments, options and examples. */
import type { CommandReference, OptionReference } from "../../src/cli/command-reference.ts";

/** @param references the program, then its commands */
export function markdownReference(references: readonly CommandReference[]): string {
  const [program, ...commands] = references;
  return [
    "# Commands",
    "Made from the program's own help by `npm run update-goldens`: what stands here is what `appleflow COMMAND --help` prints.",
    commands.map(({ name, description }) => `- [${name}](#appleflow-${name}): ${description}`).join("\n"),
    `## appleflow`,
    ...sectionOf(program),
    ...commands.flatMap((command) => [`## appleflow ${command.name}`, ...sectionOf(command)]),
    "",
  ].join("\n\n");
}

function sectionOf({
  name,
  description,
  usage,
  arguments: given,
  options,
  notes,
}: CommandReference): string[] {
  const command = name === "appleflow" ? name : `appleflow ${name}`;
  const argumentRows = given.map((one) => `| \`${one.name}\` | ${cell(one.description, one.choices)} |`);
  const optionRows = options.map((option) => `| \`${wordsOf(option)}\` | ${optionCell(option)} |`);
  return [
    description,
    `\`\`\`text\n${command} ${usage}\n\`\`\``,
    ...table("argument", argumentRows),
    ...table("option", optionRows),
    ...(notes === "" ? [] : [`\`\`\`text\n${notes}\n\`\`\``]),
  ];
}

function table(heading: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [`| ${heading} | meaning |\n| --- | --- |\n${rows.join("\n")}`];
}

function wordsOf({ short, long, value }: OptionReference): string {
  return `${short === null ? "" : `${short}, `}${long}${value === null ? "" : ` ${value}`}`.replaceAll(
    "|",
    "\\|",
  );
}

function optionCell({ description, choices, defaultText }: OptionReference): string {
  const text = cell(description, choices);
  return defaultText === null ? text : `${text} (default: ${defaultText})`;
}

function cell(description: string, choices: readonly string[]): string {
  const text = choices.length === 0 ? description : `${description}: ${choices.join(", ")}`;
  return text.replaceAll(/[|<>*_]/g, "\\$&");
}
