/** Groups of flows as rows of services: those of one name are merged. */

import { groupNames } from "../../render/report-sections.ts";
import { productsText } from "../../render/report-words.ts";
import type { GroupSummary, Summary } from "../../reports/traffic/summary.ts";
import type { LiveFrame, Speed } from "./live-frame.ts";

/** Traffic of flows of one name: of all devices, or of one. Texts may be hostile. */
export interface ServiceRow extends Speed {
  readonly name: string;
  /** The evidence, or the candidates by port. */
  readonly how: string;
  readonly class: GroupSummary["class"];
  /** Ids of the groups. */
  readonly groups: ReadonlySet<string>;
  readonly flows: number;
  /** Bytes; for one device what it sent and received. */
  readonly bytes: number;
  readonly sent: number;
  readonly received: number;
  /** Devices with such flows; null if devices are not distinguished. */
  readonly devices: number | null;
  /** The server names with the most bytes. */
  readonly names: readonly string[];
}

/** The part of a row that comes from one group. */
interface Part {
  readonly group: GroupSummary;
  readonly flows: number;
  readonly sent: number;
  readonly received: number;
  readonly speed: Speed;
}

/** The services that evidence gives to no product. */
export function otherServices({ summary, groups }: LiveFrame): ServiceRow[] {
  const parts = summary.groups
    .filter((group) => group.class !== "identified" && group.class !== "apple")
    .map((group) => ({
      group,
      flows: group.flows,
      sent: group.bytesFromOriginator,
      received: group.bytesFromResponder,
      speed: groups.get(group.id) ?? SILENT,
    }));
  return rowsOf(parts, summary);
}

/** The services of a device. */
export function deviceServices({ summary, traffic, intervalSeconds }: LiveFrame, id: string): ServiceRow[] {
  const groups = new Map(summary.groups.map((group) => [group.id, group]));
  const moved = new Map(
    traffic.devices
      .find((device) => device.id === id)
      ?.groups.map((one) => [one.id, (one.sent + one.received) / intervalSeconds]),
  );
  const parts = (summary.devices.find((device) => device.id === id)?.groups ?? []).flatMap((one) => {
    const group = groups.get(one.id);
    const speed = { rate: moved.get(one.id) ?? 0, history: [] };
    return group === undefined ? [] : [{ ...one, group, speed }];
  });
  return rowsOf(parts, summary);
}

const SILENT: Speed = { rate: 0, history: [] };
const MOST_NAMES = 3;

function rowsOf(parts: readonly Part[], summary: Summary): ServiceRow[] {
  const names = groupNames(summary);
  const byName = new Map<string, Part[]>();
  for (const part of parts) {
    const name = names.get(part.group.id) ?? "";
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [part]);
    else known.push(part);
  }
  const counts = new Map<string, number>();
  for (const device of summary.devices) {
    for (const name of new Set(device.groups.map(({ id }) => names.get(id) ?? ""))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const count = (name: string) => (summary.outside === null ? null : (counts.get(name) ?? 0));
  return [...byName].map(([name, own]) => rowOf(name, own, count(name)));
}

function rowOf(name: string, parts: readonly Part[], devices: number | null): ServiceRow {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const [first] = [...parts].sort((a, b) => b.group.bytes - a.group.bytes);
  const sent = sum((part) => part.sent);
  const received = sum((part) => part.received);
  const hows = new Set(parts.map(({ group }) => howOf(group)));
  return {
    name,
    how: hows.size > 1 ? `${howOf(first.group)} +` : howOf(first.group),
    class: first.group.class,
    groups: new Set(parts.map(({ group }) => group.id)),
    flows: sum((part) => part.flows),
    bytes: sent + received,
    sent,
    received,
    devices,
    names: [...new Set(parts.flatMap(({ group }) => group.names.map((one) => one.name)))].slice(
      0,
      MOST_NAMES,
    ),
    rate: sum((part) => part.speed.rate),
    history: first.speed.history.map((_, i) => sum((part) => part.speed.history[i] ?? 0)),
  };
}

/** The deciding evidence; by port alone, the candidates. */
function howOf({ evidence, reason, class: flowClass, candidates }: GroupSummary): string {
  if (evidence !== null) return evidence;
  if (reason !== null) return reason;
  return flowClass === "range" ? "range" : `port: ${productsText(candidates, () => null)}?`;
}
