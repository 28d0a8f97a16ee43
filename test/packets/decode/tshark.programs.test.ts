/**
 * The catalogue as decoded by tshark: an independent opinion on layouts. For development: skipped if tshark is not installed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pcap } from "../../../src/testing/builders/capture-builder.ts";
import { CATALOGUE, type CataloguePacket } from "./packet-catalogue.ts";

const UNREAD = "unknown to its reader of captures";
/** Packets that tshark (4.0) does not decode as intended, with the reason. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
  ppp_pppd: UNREAD,
  prism: "takes any header for the one layout of 144 bytes",
  "pktap v2": "knows the first version only",
  "pktap v2 as user2": "knows the first version only",
  "nflog big-endian": "takes the byte order from a preference",
  "c_hdlc with direction": UNREAD,
  "frame relay with direction": UNREAD,
  "multilink frame relay": UNREAD,
  "mpls link type": UNREAD,
  dsa: UNREAD,
  "edsa vlan": UNREAD,
  broadcom: UNREAD,
  "broadcom prepended": UNREAD,
  "slip ipv4": UNREAD,
  "slip ipv6": UNREAD,
  "capwap 802.11": "takes Cisco's order of the frame control: with the other preference it agrees",
  "l2tpv3 cookie": "takes the cookie's length from a preference: with 8 bytes it agrees",
  "first fragment": "decodes no ports before the datagram is whole",
  "first fragment ipv6": "decodes no ports before the datagram is whole",
};

const FIELDS = ["tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport"];
const tshark = findTshark();
if (tshark === null) console.info("tshark is not installed: its opinion is not asked");

function findTshark(): string | null {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return "tshark";
  } catch {
    return null;
  }
}

describe.skipIf(tshark === null)("tshark finds the same ports", () => {
  const compared = CATALOGUE.filter(({ name }) => NOT_COMPARED[name] === undefined);
  let folder = "";
  const answers = new Map<CataloguePacket, string>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "appleflow-tshark-"));
    // One run per link type, because starting tshark takes most of the time.
    const linkTypes = new Set(compared.map(linkTypeOf));
    for (const linkType of linkTypes) {
      const packets = compared.filter((entry) => linkTypeOf(entry) === linkType);
      const capture = pcap({ linkType });
      for (const { packet } of packets) capture.record(packet.build());
      const file = join(folder, `${linkType}.pcap`);
      writeFileSync(file, capture.build());
      const lines = runTshark(file).split("\n");
      packets.forEach((packet, index) => {
        answers.set(packet, lines[index] ?? "");
      });
    }
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(compared)("in $name", (entry) => {
    expect(portsOf(answers.get(entry) ?? "")).toBe(portsOfSummary(entry.expected));
  });
});

function linkTypeOf({ packet, linkType }: CataloguePacket): number {
  return linkType ?? packet.linkType;
}

function runTshark(file: string): string {
  const fields = FIELDS.flatMap((field) => ["-e", field]);
  // PKTAP under the private number has to be configured; reassembly would hide the fragments' own headers.
  const dlt = ["-o", 'uat:user_dlts:"User 2 (DLT=149)","pktap","0","","0",""'];
  // Linux's old VXLAN port has to be configured as well, as any other one.
  const vxlan = ["-d", "udp.port==8472,vxlan", "-d", "udp.port==17000,vxlan"];
  // So does the content of L2TPv3, and its 4-byte sublayer.
  const sublayer = ["-o", "l2tp.cookie_size:None", "-o", "l2tp.l2_specific:Default L2-Specific"];
  const l2tp = ["-d", "l2tp.pw_type==0,eth", ...sublayer];
  return execFileSync(
    "tshark",
    ["-r", file, ...dlt, ...vxlan, ...l2tp, "-T", "fields", "-E", "separator=|", ...fields],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
}

/** Returns the innermost ports of a line: for tunnels in UDP, the outer ones come first. */
function portsOf(line: string): string {
  const [tcpSource, tcpDestination, udpSource, udpDestination] = line
    .split("|")
    .map((cell) => cell.split(",").at(-1));
  if (tcpSource) return `tcp ${tcpSource} ${tcpDestination}`;
  return udpSource ? `udp ${udpSource} ${udpDestination}` : "none";
}

function portsOfSummary(summary: string): string {
  const match = /^(tcp|udp) \S+ (\d+) > \S+ (\d+)$/.exec(summary);
  return match === null ? "none" : `${match[1]} ${match[2]} ${match[3]}`;
}
