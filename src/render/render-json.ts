/** JSON and ndjson of a summary. */

import { isRecordWeird } from "../reports/record-weirds.ts";
import type { PacketClasses, Summary } from "../reports/traffic/summary.ts";
import type { Group } from "./render-groups.ts";
import { writeJsonDocument, writeJsonLine } from "./render-json-document.ts";
import { Pieces, type WritePiece } from "./render-pieces.ts";

/** The whole summary, indented; the list that `group` selects has at most `top` entries. */
export function writeJson(summary: Summary, group: Group, top: number, write: WritePiece): void {
  writeJsonDocument(shorten(summary, group, top), write);
}

/** One object per line: the capture, the rows, and what has no row. */
export function writeNdjson(summary: Summary, group: Group, top: number, write: WritePiece): void {
  const { capture, flows, classes, apple, weirds } = summary;
  const pieces = new Pieces(write);
  const add = (line: object) => writeJsonLine(line, (piece) => pieces.add(piece));
  add({ type: "capture", ...capture, flows });
  for (const row of group.rows.slice(0, top)) add({ type: group.by, ...row });
  for (const bucket of summary.series?.buckets ?? []) add({ type: "bucket", ...bucket });
  add({ type: "classes", ...classes });
  add({ type: "apple", ...apple });
  add({
    type: "notDecoded",
    packets: withoutDecoded(summary.packets),
    bytes: withoutDecoded(summary.bytes),
    weirds: undecodedWeirds(weirds),
  });
  pieces.flush();
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

/** The reasons for packets that were not decoded; the sources have the others. */
function undecodedWeirds(weirds: Summary["weirds"]): Summary["weirds"] {
  return Object.fromEntries(Object.entries(weirds).filter(([name]) => !isRecordWeird(name)));
}

function withoutDecoded({ decoded: _, ...others }: PacketClasses): Omit<PacketClasses, "decoded"> {
  return others;
}
