/** JSON and ndjson of a summary. */

import { isRecordWeird } from "../reports/record-weirds.ts";
import type { PacketClasses, Summary } from "../reports/traffic/summary.ts";
import { safeJson } from "./render-escape.ts";
import type { Group } from "./render-groups.ts";

/** The whole summary, indented; the list that `group` shows has at most `top` entries. */
export function renderJson(summary: Summary, group: Group, top: number): string {
  return `${safeJson(shorten(summary, group, top), 2)}\n`;
}

/** One object per line: the capture, the rows, what no row has. */
export function renderNdjson(summary: Summary, group: Group, top: number): string {
  const { capture, flows, classes, apple, weirds } = summary;
  const lines: object[] = [
    { type: "capture", ...capture, flows },
    ...group.rows.slice(0, top).map((row) => ({ type: group.by, ...row })),
    ...(summary.series?.buckets ?? []).map((bucket) => ({ type: "bucket", ...bucket })),
    { type: "classes", ...classes },
    { type: "apple", ...apple },
    {
      type: "notDecoded",
      packets: withoutDecoded(summary.packets),
      bytes: withoutDecoded(summary.bytes),
      weirds: undecodedWeirds(weirds),
    },
  ];
  return lines.map((line) => `${safeJson(line)}\n`).join("");
}

function shorten(summary: Summary, group: Group, top: number): Summary {
  switch (group.by) {
    case "group":
      return { ...summary, groups: summary.groups.slice(0, top) };
    case "product":
      return { ...summary, products: summary.products.slice(0, top) };
    case "family":
      return { ...summary, families: summary.families.slice(0, top) };
    case "port":
      return { ...summary, ports: summary.ports.slice(0, top) };
    case "device":
      return { ...summary, devices: summary.devices.slice(0, top) };
    case "server":
      return { ...summary, servers: group.rows.slice(0, top) };
    case "subnet":
    case "vlan":
      return { ...summary, networks: group.rows.slice(0, top) };
    case "service":
    case "protocol":
    case "name":
      // The summary has no list of these.
      return summary;
  }
}

/** Those that say why packets were not decoded; the sources have the others. */
function undecodedWeirds(weirds: Summary["weirds"]): Summary["weirds"] {
  return Object.fromEntries(Object.entries(weirds).filter(([name]) => !isRecordWeird(name)));
}

function withoutDecoded({ decoded: _, ...others }: PacketClasses): Omit<PacketClasses, "decoded"> {
  return others;
}
