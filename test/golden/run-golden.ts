/** Runs a row of the golden table. */
import { existsSync, readFileSync } from "node:fs";
import { runCli } from "../cli/run-cli.ts";
import type { Golden } from "./table.ts";

const EXPECTED = new URL("expected/", import.meta.url);

/** Returns the path of a row's expected file. */
export function expectedFile({ name }: Golden): URL {
  return new URL(`${name}.txt`, EXPECTED);
}

/** Returns the content of that file; null if it does not exist yet. */
export function readExpected(golden: Golden): string | null {
  const file = expectedFile(golden);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Returns the command's output, standard error after standard output, and its status. */
export async function runGolden(golden: Golden): Promise<{ text: string; status: number }> {
  const [command, ...rest] = golden.args;
  const fixture = golden.fixture === undefined ? [] : [`fixtures/${golden.fixture}`];
  const args = command === undefined ? [] : [command, ...fixture, ...rest];
  const { status, stdout, stderr } = await runCli(args, {
    env: golden.colors ? {} : { NO_COLOR: "1" },
    ...(golden.columns !== undefined && { columns: golden.columns }),
  });
  return { status, text: stderr === "" ? stdout : `${stdout}--- standard error ---\n${stderr}` };
}
