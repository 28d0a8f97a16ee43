/** The options of commands that write a history: folder, sensor, and how long each bucket length is kept. */
import { hostname } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { isSensorName, sensorNameOf } from "../history/history-folder.ts";
import type { Keep } from "../history/roll-up.ts";
import { DEFAULT_KEEP } from "../history/roll-up.ts";

/** As commander passes them. */
export interface HistoryWriteOptions {
  readonly history?: string;
  readonly sensor?: string;
}

/** Length of a bucket in seconds. */
export const HISTORY_BUCKET_SECONDS = 60;
const MOST_DAYS = 36_500;

/** Adds `--history` and `--sensor`; `defaultSensor` is shown in the help. */
export function addHistoryOptions(command: Command, defaultSensor: string): Command {
  return command
    .option("--history <folder>", `record traffic by the minute in this folder, for "appleflow history"`)
    .option("--sensor <name>", `sensor name in the history (default: ${defaultSensor})`, parseSensor);
}

/** The default name of a sensor: the host name. */
export function hostSensor(): string {
  return sensorNameOf(hostname().replace(/\.local$/, ""));
}

function parseSensor(text: string): string {
  if (isSensorName(text)) return text;
  throw new InvalidArgumentError("It needs up to 64 letters, digits, dots, hyphens and underscores.");
}

/** `minute:7,hour:90` or `minute:7,hour:90,day:3650`, in days; missing lengths keep their defaults. */
export function parseKeep(text: string): Keep {
  const given = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, name, digits] = /^(minute|hour|day):(\d+)$/.exec(part) ?? [];
    const days = Number(digits);
    if (name === undefined || given.has(name) || days < 1 || days > MOST_DAYS) throw keepError();
    given.set(name, days);
  }
  const minutes = given.get("minute") ?? DEFAULT_KEEP.minutes;
  const hours = given.get("hour") ?? Math.max(DEFAULT_KEEP.hours, minutes);
  const days = given.get("day") ?? null;
  if (minutes > hours || (days !== null && days < hours)) throw keepError();
  return { minutes, hours, days };
}

function keepError(): InvalidArgumentError {
  return new InvalidArgumentError(
    `It needs days for each bucket length, more for longer buckets, as in "minute:7,hour:90,day:3650".`,
  );
}
