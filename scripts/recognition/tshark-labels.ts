/** tshark's protocol labels of flows: a second opinion on recognition. */
import { spawnSync } from "node:child_process";
import { PROTOCOLS, type Protocol } from "../../src/net/application-protocols.ts";
import type { FlowEnd } from "./flow-starts.ts";

const FIELDS = [
  ["ip.src", "ipv6.src"],
  ["tcp.srcport", "udp.srcport"],
  ["ip.dst", "ipv6.dst"],
  ["tcp.dstport", "udp.dstport"],
] as const;
const MAX_OUTPUT = 1 << 30;

/** tshark's names that have another name here, or are equivalent. */
const NAMES: Readonly<Partial<Record<Protocol, readonly string[]>>> = {
  tls: ["tls", "ssl"],
  quic: ["quic", "gquic"],
  airplay: ["http", "rtsp"],
  raop: ["rtsp"],
  bittorrent: ["bittorrent", "bt-dht"],
  utp: ["bt-utp"],
  smb: ["smb", "smb2"],
  "dce-rpc": ["dcerpc"],
  "onc-rpc": ["rpc", "portmap", "nfs", "mount"],
  afp: ["dsi", "afp"],
  rfb: ["vnc"],
  postgresql: ["pgsql"],
  memcached: ["memcache"],
  redis: ["resp"],
  ike: ["isakmp"],
  "esp-udp": ["esp", "udpencap"],
  "nat-pmp": ["portcontrol"],
  pop3: ["pop"],
  pcp: ["portcontrol"],
  slp: ["srvloc"],
  rdp: ["tpkt", "rdp"],
  tacacs: ["tacplus"],
  modbus: ["mbtcp"],
  bacnet: ["bvlc"],
  socks5: ["socks"],
  "gtp-u": ["gtp"],
  wireguard: ["wg"],
  dhcp: ["dhcp", "bootp"],
  daap: ["http", "daap"],
  ipp: ["http", "ipp"],
  icy: ["http"],
};

/** Whether one of tshark's labels is the protocol. */
export function fits(protocol: Protocol, labels: ReadonlySet<string>): boolean {
  return (NAMES[protocol] ?? [protocol]).some((name) => labels.has(name));
}

const KNOWN = new Set<string>(PROTOCOLS.flatMap((protocol) => NAMES[protocol] ?? [protocol]));

/** Whether one of tshark's labels is a protocol with a name here. */
export function isKnown(labels: ReadonlySet<string>): boolean {
  return [...labels].some((name) => KNOWN.has(name));
}

/** The layers above TCP or UDP in any packet of each flow of a capture, by `flowKey`. */
export function labelFlows(capture: string): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = [...FIELDS.flat(), "frame.protocols"].flatMap((field) => ["-e", field]);
  const { stdout } = spawnSync(
    "tshark",
    ["-n", "-r", capture, "-T", "fields", "-E", "separator=|", ...fields],
    {
      encoding: "utf8",
      maxBuffer: MAX_OUTPUT,
    },
  );
  const labels = new Map<string, Set<string>>();
  for (const line of stdout.split("\n")) {
    const values = line.split("|").map((value) => value.split(",").at(-1) ?? "");
    const stack = (line.split("|").at(-1) ?? "").split(":");
    const at = Math.max(stack.lastIndexOf("tcp"), stack.lastIndexOf("udp"));
    if (at < 0) continue;
    const [source, sourcePort, destination, destinationPort] = [0, 2, 4, 6].map(
      (i) => values[i] || values[i + 1],
    );
    const key = flowKey(stack[at], [
      { address: source, port: Number(sourcePort) },
      { address: destination, port: Number(destinationPort) },
    ]);
    const known = labels.get(key) ?? new Set();
    labels.set(key, known);
    for (const name of stack.slice(at + 1)) known.add(name);
  }
  return labels;
}

/** Returns one text per five-tuple, whichever side sent. */
export function flowKey(transport: string, ends: readonly [FlowEnd, FlowEnd]): string {
  return [transport, ...ends.map(({ address, port }) => `${address} ${port}`).sort()].join(" ");
}
