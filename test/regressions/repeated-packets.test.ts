/** Packets seen twice, by a bridge and its member or on both sides of a NAT, were counted twice without a message. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { FIRST_SECOND, pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder } from "../cli/sample-captures.ts";

const CLIENT = "10.0.0.7";
const GATEWAY = "192.0.2.1";
const SERVER = "17.253.15.201";

/** Six segments of one connection, in both directions, a millisecond apart. */
function segment(id: number, client: string, isRouted: boolean, link = packet().ethernet()) {
  const isReply = id % 2 === 1;
  const timeToLive = isRouted ? 63 : 64;
  const ends = isReply ? { source: SERVER, destination: client } : { source: client, destination: SERVER };
  const ports = isReply
    ? { sourcePort: 443, destinationPort: 50_000 }
    : { sourcePort: 50_000, destinationPort: 443 };
  const flags = ["S", "SA", "A"][id] ?? "PA";
  return link
    .ipv4({ ...ends, id, timeToLive })
    .tcp({ ...ports, flags, sequence: isReply ? 900 : 100 + id })
    .payload(id < 3 ? 0 : 100);
}
const IDS = [0, 1, 2, 3, 4, 5];

function bridge(): Uint8Array {
  const file = pcapng().section().interface({ linkType: 1 }).interface({ linkType: 1 });
  for (const id of IDS) {
    const bytes = segment(id, CLIENT, false).build();
    for (const interfaceId of [1, 0]) {
      const ticks = BigInt(FIRST_SECOND) * 1_000_000n + BigInt(id * 1000 + 3 - interfaceId);
      file.packet(bytes, { interfaceId, ticks });
    }
  }
  return file.build();
}

/** `-i any` on the gateway: packets from the client appear inside first, answers outside first. */
function gateway(): Uint8Array {
  const file = pcap({ linkType: 276 });
  for (const id of IDS) {
    const inside = packet().sll2({ interfaceIndex: 2, packetType: id % 2 === 0 ? 0 : 4 });
    const outside = packet().sll2({ interfaceIndex: 3, packetType: id % 2 === 0 ? 4 : 0 });
    const isReply = id % 2 === 1;
    const sides = [
      segment(id, CLIENT, isReply, inside).build(),
      segment(id, GATEWAY, !isReply, outside).build(),
    ];
    for (const [i, bytes] of (isReply ? sides.reverse() : sides).entries()) {
      file.record(bytes, { seconds: FIRST_SECOND, nanoseconds: id * 1_000_000 + i * 10_000 });
    }
  }
  return file.build();
}

let folder: CaptureFolder;
let captures: { bridge: string; gateway: string };
beforeAll(() => {
  folder = new CaptureFolder();
  captures = {
    bridge: folder.put("bridge.pcapng", bridge()),
    gateway: folder.put("gateway.pcap", gateway()),
  };
});
afterAll(() => folder.remove());

it.each([
  ["bridge", ""],
  ["gateway", " (two sides of a NAT: 6)"],
] as const)("repeated packets are mentioned in the report: %s", async (name, nat) => {
  const told = (await runCli(["summarize", captures[name]])).stdout.replace(/\s+/g, " ");
  expect(told).toMatch(
    new RegExp(
      `6 packets \\([\\d.]+ k?B\\) seem to have been captured twice${nat.replace(/[()]/g, "\\$&")}; --deduplicate counts each once\\.`,
    ),
  );
  const left = (await runCli(["summarize", captures[name], "--deduplicate"])).stdout.replace(/\s+/g, " ");
  expect(left).toContain("6 packets, ");
  expect(left).toMatch(/Left out: 6 packets \([\d.]+ k?B\) that had already been captured/);
});

it.each(["bridge", "gateway"] as const)(
  "repeated packets count as one connection of one client: %s",
  async (name) => {
    const { stdout } = await runCli(["flows", captures[name], "--deduplicate", "--format", "ndjson"]);
    const flows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({
      originator: { address: CLIENT },
      responder: { address: SERVER },
      packets: { originator: 3, responder: 3 },
    });
  },
);

it("repeated packets count as one attempt in reach", async () => {
  const attempts = async (...options: string[]) => {
    const { stdout } = await runCli(["reach", captures.gateway, "--format", "json", ...options]);
    const { capture } = JSON.parse(stdout);
    return [capture.packets, capture.duplicates];
  };
  expect(await attempts()).toEqual([
    12,
    expect.objectContaining({ packets: 6, acrossNat: 6, leftOut: false }),
  ]);
  expect(await attempts("--deduplicate")).toEqual([
    6,
    expect.objectContaining({ packets: 6, acrossNat: 6, leftOut: true }),
  ]);
});
