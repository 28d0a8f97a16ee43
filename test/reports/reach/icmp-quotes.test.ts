/** ICMP errors that quote packets: only quotes of packets that a flow has sent count, whoever sends them and however often. */
import { describe, expect, it } from "vitest";
import { CLIENT, COURIER, type End, reachOf, tcp, udp, unreachable } from "./reach-packets.ts";

const SYN = { flags: "S", sequence: 1000 };
const RELAY: End = { address: "17.173.254.222", port: 3478 };
const opened = [
  tcp(CLIENT, COURIER, SYN),
  tcp(COURIER, CLIENT, { flags: "SA", sequence: 5000, acknowledgment: 1001 }),
  tcp(CLIENT, COURIER, { flags: "A", sequence: 1001, acknowledgment: 5001 }),
];

async function verdictsOf(packets: readonly Uint8Array[]) {
  const { attempts, report, summary } = await reachOf(packets);
  return {
    verdicts: attempts.map(({ verdict }) => verdict),
    stray: report.dropped.strayReports,
    flows: summary.flows.total,
    targets: report.targets,
  };
}

describe("an ICMP error that quotes a SYN", () => {
  it.each([
    [0, "ICMP 3/0, network unreachable"],
    [1, "ICMP 3/1, host unreachable"],
    [3, "ICMP 3/3, port unreachable"],
    [9, "ICMP 3/9, network administratively prohibited"],
    [10, "ICMP 3/10, host administratively prohibited"],
    [13, "ICMP 3/13, communication administratively prohibited"],
  ])("with code %i is reported as %s, with its sender", async (code, text) => {
    const syn = tcp(CLIENT, COURIER, SYN);
    const { verdicts, targets } = await verdictsOf([syn, unreachable(syn, code, CLIENT)]);
    expect(verdicts).toEqual(["prohibited"]);
    expect(targets).toMatchObject([{ verdict: "prohibited", unreachable: [text], reporters: ["192.0.2.1"] }]);
  });

  it("over IPv6 is reported too", async () => {
    const client = { address: "2001:db8::10", port: 50_123 };
    const syn = tcp(client, { address: "2620:149:a44:4::11", port: 5223 }, SYN);
    const { targets } = await verdictsOf([syn, unreachable(syn, 1, client, "2001:db8::1")]);
    expect(targets).toMatchObject([
      { unreachable: ["ICMPv6 1/1, communication administratively prohibited"], reporters: ["2001:db8::1"] },
    ]);
  });

  it("about the packet size prohibits nothing", async () => {
    const syn = tcp(CLIENT, COURIER, SYN);
    expect((await verdictsOf([syn, syn, unreachable(syn, 4, CLIENT)])).verdicts).toEqual(["unanswered"]);
  });
});

describe("a spoofed ICMP error", () => {
  const syn = tcp(CLIENT, COURIER, SYN);
  const other = (fields: Partial<End>) => tcp({ ...CLIENT, ...fields }, COURIER, SYN);
  it.each<[string, Uint8Array]>([
    ["about a flow that does not exist", unreachable(other({ port: 50_124 }), 13, CLIENT)],
    ["about another transport", unreachable(udp(CLIENT, COURIER), 13, CLIENT)],
    ["about the other direction", unreachable(tcp(COURIER, CLIENT, SYN), 13, COURIER)],
    [
      "with a sequence number that was never sent",
      unreachable(tcp(CLIENT, COURIER, { ...SYN, sequence: 99 }), 13, CLIENT),
    ],
    ["to a host other than the packet's sender", unreachable(syn, 13, { address: "192.0.2.99", port: 0 })],
  ])("%s changes nothing", async (_, quote) => {
    const before = await verdictsOf([syn, syn]);
    const after = await verdictsOf([syn, syn, quote]);
    expect(before.verdicts).toEqual(["unanswered"]);
    expect({ ...after, stray: 0 }).toMatchObject({
      verdicts: before.verdicts,
      flows: before.flows,
      stray: 0,
    });
  });

  it("creates no flow", async () => {
    const { verdicts, flows, stray } = await verdictsOf([unreachable(syn, 13, CLIENT)]);
    expect({ verdicts, flows, stray }).toEqual({ verdicts: [], flows: 0, stray: 1 });
  });

  it("before its packet is ignored", async () => {
    expect((await verdictsOf([unreachable(syn, 13, CLIENT), syn, syn])).verdicts).toEqual(["unanswered"]);
  });

  it("does not break a working connection, and does not make one work", async () => {
    const quotes = [3, 9, 13].map((code) => unreachable(syn, code, CLIENT));
    expect((await verdictsOf([...opened, ...quotes])).verdicts).toEqual(["connected"]);
    expect((await verdictsOf([opened[0], ...quotes, opened[1], opened[2]])).verdicts).toEqual(["connected"]);
    const asked = udp(CLIENT, RELAY);
    const answered = [asked, unreachable(asked, 3, CLIENT), udp(RELAY, CLIENT)];
    expect((await verdictsOf(answered)).verdicts).toEqual(["works"]);
  });

  it("by the client about answers does not affect the service", async () => {
    const answer = udp(RELAY, CLIENT);
    expect((await verdictsOf([udp(CLIENT, RELAY), answer, unreachable(answer, 3, RELAY)])).verdicts).toEqual([
      "works",
    ]);
  });
});

describe("a flood of ICMP errors", () => {
  it("from a thousand hosts, with unmatched quotes, changes no verdict and creates no flow", async () => {
    const packets = [...opened];
    for (let i = 0; i < 1000; i++) {
      const client = { address: `192.0.${i >> 8}.${i & 0xff}`, port: 1024 + i };
      const router = `198.51.${i >> 8}.${i & 0xff}`;
      packets.push(unreachable(tcp(client, COURIER, SYN), 13, client, router));
    }
    const { verdicts, flows, stray } = await verdictsOf(packets);
    expect({ verdicts, flows, stray }).toEqual({ verdicts: ["connected"], flows: 1, stray: 1000 });
  });

  it("from a thousand hosts about one packet keeps a few of their addresses", async () => {
    const syn = tcp(CLIENT, COURIER, SYN);
    const packets = [syn];
    for (let i = 0; i < 1000; i++) {
      packets.push(unreachable(syn, i % 2 === 0 ? 13 : 9, CLIENT, `198.51.${i >> 8}.${i & 0xff}`));
    }
    const { verdicts, targets } = await verdictsOf(packets);
    expect(verdicts).toEqual(["prohibited"]);
    expect(targets[0].reporters).toEqual(["198.51.0.0"]);
    expect(targets[0].unreachable).toEqual(["ICMP 3/13, communication administratively prohibited"]);
  });

  it("truncated anywhere is read to its end and no further", async () => {
    const syn = tcp(CLIENT, COURIER, SYN);
    const message = unreachable(syn, 13, CLIENT);
    const whole = 14 + 20 + 8 + 20 + 8;
    expect(message).toHaveLength(whole);
    for (let cutTo = 14 + 20; cutTo < whole; cutTo++) {
      expect((await verdictsOf([syn, syn, message.slice(0, cutTo)])).verdicts).toEqual(["unanswered"]);
    }
  });
});
