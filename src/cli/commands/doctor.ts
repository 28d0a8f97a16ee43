/** `appleflow doctor`: whether this system can capture, and what is missing. */
import type { Command } from "commander";
import { diagnose } from "../../packets/live/diagnosis.ts";
import type { Finding } from "../../packets/live/finding.ts";
import { escapeText } from "../../render/render-escape.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";

/** Defines the command. */
export function defineDoctor(command: Command, { environment, finish }: CommandContext): void {
  command.action(async () => {
    finish(await runDoctor(environment));
  });
}

/** Runs the command; returns the exit status: 0 if some backend can capture on some interface. */
async function runDoctor({ stdout, env }: Environment): Promise<number> {
  const { findings, canCapture } = await diagnose(env);
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  stdout.write(findings.flatMap((finding) => linesOf(finding, width)).join(""));
  stdout.write(canCapture ? "\nLive capture works here.\n" : "\nLive capture does not work here yet.\n");
  return canCapture ? 0 : STATUS_NOTHING_READ;
}

function linesOf({ subject, isWell, text, remedy }: Finding, width: number): string[] {
  const mark = isWell ? "ok" : "--";
  const indent = " ".repeat(width + 6);
  return [
    `${mark}  ${subject.padEnd(width)}  ${escapeText(text)}\n`,
    ...remedy.map((line) => `${indent}${line}\n`),
  ];
}
