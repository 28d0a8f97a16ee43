/** `appleflow doctor`: whether this system can capture, and what is missing. */
import type { Command } from "commander";
import { diagnose } from "../../packets/live/diagnosis.ts";
import type { Finding } from "../../packets/live/finding.ts";
import { widthOf, withMeasure, wrapText } from "../../render/render-columns.ts";
import { escapeText } from "../../render/render-escape.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { styleOf } from "../terminal-style.ts";

/** Defines the command. */
export function defineDoctor(command: Command, { environment, finish }: CommandContext): void {
  command.action(async () => {
    finish(await runDoctor(environment));
  });
}

/** Runs the command; returns the exit status: 0 if some backend can capture on some interface. */
async function runDoctor(environment: Environment): Promise<number> {
  const { stdout, env } = environment;
  const { findings, canCapture } = await diagnose(env);
  const subjects = Math.max(...findings.map(({ subject }) => subject.length));
  const width = widthOf(styleOf(environment, false));
  const lines = await withMeasure((measure) =>
    findings.flatMap((finding) =>
      linesOf(finding, subjects, (text, indent) => wrapText(text, width, measure, indent)),
    ),
  );
  stdout.write(`${lines.join("\n")}\n`);
  stdout.write(canCapture ? "\nLive capture works here.\n" : "\nLive capture does not work here yet.\n");
  return canCapture ? 0 : STATUS_NOTHING_READ;
}

/** Indentation of remedies; commands are not wrapped, so they can be pasted. */
const INDENT = "  ";

function linesOf(
  { subject, isOk, text, remedy }: Finding,
  subjects: number,
  wrap: (text: string, indent: string) => string[],
): string[] {
  const mark = isOk ? "ok" : "--";
  return [
    ...wrap(`${mark}  ${subject.padEnd(subjects)}  ${text}`, " ".repeat(subjects + 6)),
    ...remedy.flatMap((line) =>
      "run" in line ? [INDENT + escapeText(line.run)] : wrap(INDENT + line.say, INDENT),
    ),
  ];
}
