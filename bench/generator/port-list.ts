import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Random } from "./random.ts";

/** Every device uses client ports from here on; no generated service listens there. */
export const FIRST_CLIENT_PORT = 49152;

/** Ports of one transport in Apple's list, below {@link FIRST_CLIENT_PORT}. */
interface ListedPorts {
  /** One entry per row (or piece of a row), so that a wide range weighs no more than a single port. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  /** 1 where the port is listed. */
  readonly member: Uint8Array;
  /** The most frequent listed services with their shares; the rest is drawn uniformly from `ranges`. */
  readonly busy: readonly (readonly [port: number, share: number])[];
}

/** The ports from which the generator draws services. */
export interface PortList {
  readonly tcp: ListedPorts;
  readonly udp: ListedPorts;
  /** Changes with the ports, not with the file's wording. */
  readonly digest: string;
}

const BUSY_TCP: ListedPorts["busy"] = [
  [443, 0.5],
  [80, 0.1],
  [5223, 0.1],
  [993, 0.05],
  [22, 0.02],
  [445, 0.02],
  [548, 0.02],
];
const BUSY_UDP: ListedPorts["busy"] = [
  [53, 0.3],
  [5353, 0.15],
  [123, 0.1],
  [3478, 0.1],
  [16393, 0.05],
  [4500, 0.03],
];

/** Well-known services that Apple's list lacks; drawn for half of the flows outside it. */
const UNLISTED_BUT_COMMON = [1433, 6379, 9092, 27017, 11211, 25565, 1194, 5671, 27015, 3702];

/**
 * Reads the ports and transports of the project's table of Apple's list. Lenient on purpose (the strict reader is the program
 * under test): a header row names the columns, one or two of them for ports (two: first and last) and one for transports; a
 * port cell may contain single ports and ranges; a transport cell without TCP or UDP means both.
 * @throws Error if the file is missing or yields no port.
 */
export function readPortList(path: string): PortList {
  const lines = readFileSync(path, "utf8")
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#"));
  const titles = (lines.shift() ?? "").split("\t");
  const transportColumn = titles.findIndex((title) => /transport|^protocol$|tcp or udp/i.test(title));
  const portColumns = titles.flatMap((title, i) => (i !== transportColumn && /port/i.test(title) ? [i] : []));
  if (portColumns.length === 0 || transportColumn < 0) {
    throw new Error(`${path}: no column named for a port and one for a transport`);
  }
  const tcp: [number, number][] = [];
  const udp: [number, number][] = [];
  for (const line of lines) {
    const cells = line.split("\t");
    const transport = cells[transportColumn] ?? "";
    const either = !/tcp|udp/i.test(transport);
    for (const range of rangesOf(portColumns.map((i) => cells[i] ?? ""))) {
      if (either || /tcp/i.test(transport)) tcp.push(range);
      if (either || /udp/i.test(transport)) udp.push(range);
    }
  }
  if (tcp.length === 0 || udp.length === 0) throw new Error(`${path}: no ports found`);
  return {
    tcp: listedPorts(tcp, BUSY_TCP),
    udp: listedPorts(udp, BUSY_UDP),
    digest: createHash("sha256")
      .update(JSON.stringify([tcp, udp]))
      .digest("hex")
      .slice(0, 16),
  };
}

/** Ranges of one row: either one cell of ports and ranges ("1099, 8043"), or two cells, the first and the last port. */
function rangesOf(cells: readonly string[]): [number, number][] {
  const numeric = cells.filter((cell) => /^\s*\d/.test(cell));
  const text =
    numeric.length === 2 && numeric.every((cell) => /^\d+$/.test(cell)) ? numeric.join("-") : numeric[0];
  const ranges: [number, number][] = [];
  for (const match of (text ?? "").matchAll(/(\d+)(?:\s*[-\u2013]\s*(\d+))?/g)) {
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last >= first && last < FIRST_CLIENT_PORT) ranges.push([first, last]);
  }
  return ranges;
}

function listedPorts(ranges: [number, number][], busy: ListedPorts["busy"]): ListedPorts {
  const member = new Uint8Array(65536);
  for (const [first, last] of ranges) member.fill(1, first, last + 1);
  return { ranges, member, busy: busy.filter(([port]) => member[port] === 1) };
}

/** Draws the port of a service, inside the list or outside it. */
export function drawServicePort(listed: ListedPorts, inList: boolean, random: Random): number {
  if (inList) {
    let share = random.fraction();
    for (const [port, portShare] of listed.busy) {
      if (share < portShare) return port;
      share -= portShare;
    }
    const [first, last] = listed.ranges[random.below(listed.ranges.length)];
    return first + random.below(last - first + 1);
  }
  let common = random.fraction() < 0.5;
  for (;;) {
    const port = common
      ? UNLISTED_BUT_COMMON[random.below(UNLISTED_BUT_COMMON.length)]
      : 1024 + random.below(FIRST_CLIENT_PORT - 1024);
    if (listed.member[port] === 0) return port;
    common = false;
  }
}
