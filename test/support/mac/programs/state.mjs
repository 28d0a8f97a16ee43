/** Shared by the programs of a simulated Mac: its state, and the facts that define its behaviour. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const facts = JSON.parse(readFileSync(new URL("../facts.json", import.meta.url), "utf8"));

/** Programs declare each fact they implement: an unlisted one is an error. */
export function by(name) {
  if (!(name in facts)) throw new Error(`no such fact: ${name}`);
}

export const folder = process.env.MAC_FOLDER;

export function readState() {
  return JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function fail(text, status = 1) {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}
