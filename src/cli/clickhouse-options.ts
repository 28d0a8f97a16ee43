/** The options of commands that connect to ClickHouse: the server and the user. */
import type { Command } from "commander";
import { type ClickHouseTarget, parseClickHouseUrl } from "../history/clickhouse/clickhouse-target.ts";
import { readTextFile } from "../text-file.ts";
import type { Environment } from "./environment.ts";

/** As commander passes them. */
export interface ClickHouseOptions {
  readonly passwordFile?: string;
}

/** Every user of the machine can read the command line of a process, but not its environment. */
export const PASSWORD_VARIABLE = "APPLEFLOW_CLICKHOUSE_PASSWORD";
const LONGEST_PASSWORD_FILE = 4096;

/** `--password-file`. */
export function addClickHouseOptions(command: Command): Command {
  return command.option(
    "--password-file <file>",
    `the password for ClickHouse (default: from ${PASSWORD_VARIABLE})`,
  );
}

/**
 * The server of a URL, with the password of the URL, the file or the environment, whichever comes first. Warns on standard
 * error if the password would be sent in clear text over the network. Throws `InputError`.
 */
export function clickHouseTarget(
  url: string,
  { passwordFile }: ClickHouseOptions,
  { env, stderr }: Environment,
): ClickHouseTarget {
  const password =
    passwordFile === undefined
      ? env[PASSWORD_VARIABLE]
      : readTextFile(passwordFile, passwordFile, LONGEST_PASSWORD_FILE).replace(/\r?\n$/, "");
  const target = parseClickHouseUrl(url, password);
  if (target.isOpen) {
    stderr.write(
      `appleflow: ${target.name}: the password goes there in clear text; clickhouses:// encrypts it\n`,
    );
  }
  return target;
}
