import { describe, expect, it } from "vitest";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { duplicatesOf, type Seen } from "../support/seen-packets.ts";

const ethernet = packet().ethernet();
const segment = { sequence: 77, flags: "PA" };
describe("a copy of a packet on the other side of a NAT", () => {
  const client = "10.0.0.7";
  const gateway = "192.0.2.1";
  const server = "17.253.15.201";
  const at = (source: string, destination: string, timeToLive: number, id: number, port = 47_000) => {
    const isReply = source === server;
    const ports = isReply ? { sourcePort: 443, destinationPort: port } : { sourcePort: port };
    return ethernet
      .ipv4({ source, destination, timeToLive, id })
      .tcp({ ...ports, sequence: id })
      .payload(9);
  };
  /** Three segments in each direction, each captured on both sides. */
  const talk: Seen[] = [1, 2, 3].flatMap((id) => [
    { packet: at(client, server, 64, id), microseconds: id * 1000, on: "lan" },
    { packet: at(gateway, server, 63, id), microseconds: id * 1000 + 10, on: "wan" },
    { packet: at(server, gateway, 50, id + 100), microseconds: id * 1000 + 500, on: "wan" },
    { packet: at(server, client, 49, id + 100), microseconds: id * 1000 + 510, on: "lan" },
  ]);

  it("is found and counted as such", async () => {
    expect(await duplicatesOf(talk)).toEqual({ found: [1, 3, 5, 7, 9, 11], acrossNat: 6 });
  });

  it("is dropped on one side; for replies, on the side where they appear first", async () => {
    expect(await duplicatesOf(talk, { leavesOut: true })).toEqual({
      found: [1, 2, 5, 6, 9, 10],
      acrossNat: 6,
    });
  });

  it("is found if the port has changed as well", async () => {
    const seen = [
      { packet: at(client, server, 64, 5), microseconds: 0, on: "lan" },
      { packet: at(gateway, server, 63, 5, 1024), microseconds: 10, on: "wan" },
    ];
    expect(await duplicatesOf(seen)).toEqual({ found: [1], acrossNat: 1 });
  });

  it("is found between IPv6 and IPv4", async () => {
    const inner = (link: PacketBuilder) => link.tcp({ ...segment, sequence: 9 }).payload(50);
    const seen = [
      { packet: inner(ethernet.ipv6()), microseconds: 0, on: "lan" },
      { packet: inner(ethernet.ipv4()), microseconds: 10, on: "wan" },
    ];
    expect(await duplicatesOf(seen)).toEqual({ found: [1], acrossNat: 1 });
  });

  it.each([
    ["on one interface", at(gateway, server, 63, 5), "lan"],
    [
      "with another identification, as in similar packets from one sender to several hosts",
      at(client, gateway, 64, 6),
      "wan",
    ],
    ["if both addresses have changed", at(gateway, "198.51.100.9", 63, 5), "wan"],
  ])("is not found %s", async (_name, other, on) => {
    const seen = [
      { packet: at(client, server, 64, 5), microseconds: 0, on: "lan" },
      { packet: other, microseconds: 10, on },
    ];
    expect((await duplicatesOf(seen)).found).toEqual([]);
  });

  it("is not found among multicast packets that a host sends from each of its addresses", async () => {
    const announce = (source: string) =>
      ethernet
        .ipv4({ source, destination: "224.0.0.251" })
        .udp({ sourcePort: 5353, destinationPort: 5353 })
        .payload(40);
    const seen = [
      { packet: announce("10.0.0.1"), microseconds: 0, on: "lan" },
      { packet: announce("10.1.0.1"), microseconds: 10, on: "wan" },
    ];
    expect((await duplicatesOf(seen)).found).toEqual([]);
  });
});
