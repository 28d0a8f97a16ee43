/** `appleflow interfaces`: what there is to capture on. */

import { listInterfaces, type NetworkInterface } from "../../packets/live/network-interfaces.ts";
import { escapeText, safeJson } from "../../render/render-escape.ts";
import type { Environment } from "../environment.ts";

export interface InterfacesCommandOptions {
  readonly format: "table" | "json";
}

const HEADERS = ["INTERFACE", "STATE", "LINK TYPE", "CAPTURE", "ADDRESSES"] as const;
const GAP = "  ";

/** Runs `appleflow interfaces`; the exit status. */
export async function runInterfaces(
  { format }: InterfacesCommandOptions,
  { stdout, env }: Environment,
): Promise<number> {
  const interfaces = await listInterfaces(env);
  if (format === "json") {
    stdout.write(`${safeJson(interfaces, 2)}\n`);
    return 0;
  }
  stdout.write(renderInterfaces(interfaces));
  return 0;
}

/** A row for each interface; further addresses stand under the first one. */
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
    ? "\n* the default route: captured when none is named\n"
    : "";
  return `${lines.join("\n")}\n${note}`;
}

function rowsOf(one: NetworkInterface): string[][] {
  const state = one.isUp === null ? "" : one.isUp ? "up" : "down";
  const first = [
    one.isDefault ? `${one.name} *` : one.name,
    one.isLoopback ? `${state} loopback` : state,
    one.linkType ?? "",
    one.backends.length > 0 ? one.backends.join(", ") : `no: ${one.problem}`,
    one.addresses[0] ?? "",
  ];
  return [first, ...one.addresses.slice(1).map((address) => ["", "", "", "", address])];
}
