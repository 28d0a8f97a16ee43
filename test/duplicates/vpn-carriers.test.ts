/** Packets of a tunnel and their carriers on another interface are counted once (docs/contract.md, "Repeated packets"). */
import { describe, expect, it } from "vitest";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { duplicatesOf, type Seen } from "../support/seen-packets.ts";

const PORT = { sourcePort: 40_000, destinationPort: 51_820 };
const HERE = { source: "192.168.1.23", destination: "203.0.113.9" };
const BACK = { source: HERE.destination, destination: HERE.source };

/** Length of an inner TCP packet with this payload, from its IP header on. */
const HEADERS = 40;
/** WireGuard: type, receiver, counter and tag around the padded packet. */
const wireGuard = (inner: number) => 32 + Math.ceil(inner / 16) * 16;

const inner = (payload: number, microseconds: number, sequence: number): Seen => ({
  packet: packet()
    .ipv4({ id: sequence & 0xffff })
    .tcp({ sequence, flags: "PA" })
    .payload(payload),
  microseconds,
  on: "utun3",
});

function outer(payload: number, microseconds: number, { isBack = false, ports = PORT } = {}): Seen {
  const turned = { sourcePort: ports.destinationPort, destinationPort: ports.sourcePort };
  return {
    packet: packet()
      .ipv4({ ...(isBack ? BACK : HERE), id: microseconds & 0xffff })
      .udp(isBack ? turned : ports)
      .payload(wireGuard(payload + HEADERS)),
    microseconds,
    on: "en0",
  };
}

/** `count` packets in one direction, each with an answer whose carrier is captured first. */
function talk(count: number, ports = PORT): Seen[] {
  return Array.from({ length: count }, (_, i) => {
    const [there, back] = [i * 2000, i * 2000 + 1000];
    const [sent, got] = [(i * 37) % 1200, (i * 91) % 1300];
    return [
      inner(sent, there, i * 10_000),
      outer(sent, there + 15, { ports }),
      outer(got, back, { isBack: true, ports }),
      inner(got, back + 12, i * 10_000 + 5000),
    ];
  }).flat();
}

describe("the carrier of a VPN tunnel", () => {
  it("is found in both directions from the first packet on VPN ports", async () => {
    const seen = talk(50);
    const { found } = await duplicatesOf(seen);
    expect(found).toEqual(seen.flatMap(({ on }, i) => (on === "en0" ? [i] : [])));
  });

  it("is found on other ports after eight matching packets", async () => {
    const seen = talk(50, { sourcePort: 40_000, destinationPort: 33_333 });
    const { found } = await duplicatesOf(seen);
    expect(found.length).toBeGreaterThanOrEqual(100 - 16);
    expect(found.every((i) => seen[i].on === "en0")).toBe(true);
  });

  it("is not confused with unrelated traffic", async () => {
    const beside = talk(50).flatMap((seen, i) =>
      seen.on === "utun3"
        ? [seen]
        : [
            {
              ...outer((i * 53) % 1100, seen.microseconds + 700, {
                ports: { sourcePort: 5, destinationPort: 6 },
              }),
            },
          ],
    );
    expect((await duplicatesOf(beside)).found).toEqual([]);
  });

  it("is not confused with IKE, even if one packet matches by chance", async () => {
    const ike = outer(500, 40_000, { ports: { sourcePort: 500, destinationPort: 500 } });
    const seen = [inner(500, 39_000, 1), ike, { ...ike, microseconds: 90_000 }];
    expect((await duplicatesOf(seen)).found).toEqual([]);
  });

  it("is not searched if no interface is a tunnel", async () => {
    const seen = talk(50).map((one) => (one.on === "utun3" ? { ...one, on: "en1" } : one));
    expect((await duplicatesOf(seen)).found).toEqual([]);
  });

  it("does not include packets too short to carry anything", async () => {
    const alive = { packet: packet().ipv4(HERE).udp(PORT).payload(32), microseconds: 200_000, on: "en0" };
    const seen = [...talk(50), alive];
    expect((await duplicatesOf(seen)).found).not.toContain(seen.length - 1);
  });
});
