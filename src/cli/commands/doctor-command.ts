/** `appleflow doctor`: whether this system can capture, and what it lacks. */
import { diagnose, type Finding } from "../../packets/live/diagnosis.ts";
import { escapeText } from "../../render/render-escape.ts";
import type { Environment } from "../environment.ts";

/** Nothing can be captured (docs/contract.md, "Exit status"). */
const STATUS_NOTHING_WORKS = 3;

/** Runs `appleflow doctor`; the exit status: 0 where some backend can capture on some interface. */
export async function runDoctor({ stdout, env }: Environment): Promise<number> {
  const { findings, canCapture } = await diagnose(env);
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  stdout.write(findings.flatMap((finding) => linesOf(finding, width)).join(""));
  stdout.write(canCapture ? "\nLive capture works here.\n" : "\nLive capture does not work here yet.\n");
  return canCapture ? 0 : STATUS_NOTHING_WORKS;
}

function linesOf({ subject, isWell, text, remedy }: Finding, width: number): string[] {
  const mark = isWell ? "ok" : "--";
  const indent = " ".repeat(width + 6);
  return [
    `${mark}  ${subject.padEnd(width)}  ${escapeText(text)}\n`,
    ...remedy.map((line) => `${indent}${line}\n`),
  ];
}
