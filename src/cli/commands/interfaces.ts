/** `appleflow interfaces`: the interfaces that can be captured. */
import type { Command } from "commander";
import { listInterfaces, type NetworkInterface } from "../../packets/live/network-interfaces.ts";
import { escapeText } from "../../render/render-escape.ts";
import { jsonDocument } from "../../render/render-json-document.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { formatOption, TABLE_OR_JSON } from "../format-option.ts";

interface InterfacesCommandOptions {
  readonly format: (typeof TABLE_OR_JSON)[number];
}

const HEADERS = ["INTERFACE", "STATE", "LINK TYPE", "CAPTURE", "ADDRESSES"] as const;
const GAP = "  ";

/** Defines the command. */
export function defineInterfaces(command: Command, { environment, finish }: CommandContext): void {
  command.addOption(formatOption(TABLE_OR_JSON)).action(async (options: InterfacesCommandOptions) => {
    finish(await runInterfaces(options, environment));
  });
}

/** Runs the command; returns the exit status. */
async function runInterfaces(
  { format }: InterfacesCommandOptions,
  { stdout, env }: Environment,
): Promise<number> {
  const interfaces = await listInterfaces(env);
  if (format === "json") {
    stdout.write(jsonDocument(interfaces));
    return 0;
  }
  stdout.write(renderInterfaces(interfaces));
  return 0;
}

/** A row for each interface; further addresses go below the first. */
function renderInterfaces(interfaces: readonly NetworkInterface[]): string {
  const rows = [HEADERS, ...interfaces.flatMap(rowsOf)].map((row) => row.map(escapeText));
  const widths = HEADERS.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]))
      .join(GAP)
      .trimEnd(),
  );
  const note = interfaces.some(({ isDefault }) => isDefault)
    ? "\n* default route: captured if no interface is named\n"
    : "";
  return `${lines.join("\n")}\n${note}`;
}

function rowsOf(one: NetworkInterface): string[][] {
  const power = one.isUp === null ? "" : one.isUp ? "up" : "down";
  const state = one.isConnected === null ? power : `${power}, ${one.isConnected ? "" : "not "}connected`;
  const first = [
    one.isDefault ? `${one.name} *` : one.name,
    one.isLoopback ? `${state} loopback` : state,
    one.linkType ?? "",
    one.backends.length > 0 ? one.backends.join(", ") : `no: ${one.problem}`,
    one.addresses[0] ?? "",
  ];
  return [first, ...one.addresses.slice(1).map((address) => ["", "", "", "", address])];
}
