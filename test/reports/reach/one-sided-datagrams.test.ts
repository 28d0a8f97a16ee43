/** UDP answered in a separate flow, and UDP without answers: neither is broken. */
import { describe, expect, it } from "vitest";
import { CLIENT, type End, reachOf, tcp, udp, unreachable } from "./reach-packets.ts";

const HOST = "198.51.100.2";
const at = (port: number, address = HOST): End => ({ address, port });
/** Traffic in both directions, so that the capture is not one-way. */
const resolver = at(53, "198.51.100.53");
const both = [udp(CLIENT, resolver), udp(resolver, CLIENT)];

async function verdictsAt(port: number, packets: readonly Uint8Array[]) {
  const { attempts, report } = await reachOf([...both, ...packets]);
  const row = report.rows.find(
    ({ port: text, transport }) => text === String(port) && transport.includes("UDP"),
  );
  const verdicts = attempts.filter(({ flow }) => flow.servicePort === port).map(({ verdict }) => verdict);
  return { verdicts, coverage: row?.coverage };
}

describe("a UDP attempt with traffic of one side", () => {
  it("works if the answer comes from another port of the host, as in TFTP", async () => {
    const packets = [udp(CLIENT, at(69)), udp(at(30_001), CLIENT)];
    expect(await verdictsAt(69, packets)).toEqual({ verdicts: ["works"], coverage: "seen" });
  });

  it("works if one host answers a multicast query", async () => {
    const asked = udp(CLIENT, at(427, "239.255.255.253"));
    expect(await verdictsAt(427, [asked, udp(at(427), CLIENT)])).toEqual({
      verdicts: ["works"],
      coverage: "seen",
    });
  });

  it.each<[string, Uint8Array]>([
    ["another host", udp(at(30_001, "198.51.100.3"), CLIENT)],
    ["another port of the client", udp(at(30_001), { ...CLIENT, port: 50_999 })],
  ])("does not work because of what %s gets", async (_, other) => {
    const asked = udp(CLIENT, at(69));
    expect((await verdictsAt(69, [asked, asked, other])).verdicts).toEqual(["unanswered"]);
  });

  it("works by a quick answer, however many waited before", async () => {
    const others = Array.from({ length: 21_000 }, (_, i) => udp({ ...CLIENT, port: 10_000 + i }, at(3478)));
    const packets = [...others, udp(CLIENT, at(69)), udp(at(30_001), CLIENT)];
    expect((await verdictsAt(69, packets)).verdicts).toEqual(["works"]);
  });

  it("is not called broken if no answer is due", async () => {
    for (const port of [138, 514]) {
      expect(await verdictsAt(port, [udp(CLIENT, at(port))])).toEqual({
        verdicts: ["one-direction"],
        coverage: "unclear",
      });
    }
    const asked = udp(CLIENT, at(514));
    expect((await verdictsAt(514, [asked, unreachable(asked, 13, CLIENT)])).verdicts).toEqual(["prohibited"]);
  });
});

describe("the direction of a capture", () => {
  const courier = at(5223, "17.57.144.20");
  const client = (port: number): End => ({ ...CLIENT, port });
  const syn = (port: number) => tcp(client(port), courier, { flags: "S", sequence: 1000 });
  const ack = (port: number) =>
    tcp(client(port), courier, { flags: "A", sequence: 1001, acknowledgment: 5001, payload: 100 });

  const verdictOf = async (packets: readonly Uint8Array[]) => {
    const { report } = await reachOf(packets);
    const push = report.targets.find(({ port }) => port === 5223);
    return [report.directions, push?.verdict];
  };

  it("is both for repeated SYNs alone, which indicate a block", async () => {
    expect(await verdictOf([syn(1), syn(1), syn(1)])).toEqual(["both", "unanswered"]);
  });

  it("is one for single SYNs alone, which prove nothing", async () => {
    expect(await verdictOf([syn(1), syn(2)])).toEqual(["one", "one-direction"]);
  });

  it("is one if clients acknowledge data that was not captured, and unanswered attempts are unclear", async () => {
    const blind = Array.from({ length: 25 }, (_, i) => [syn(2000 + i), ack(2000 + i)]).flat();
    expect(await verdictOf([...both, ...blind, syn(1), syn(1)])).toEqual(["one", "one-direction"]);
  });

  it("remains both if a single connection took another path", async () => {
    const seen = [1, 2].flatMap((port) => [
      syn(port),
      tcp(courier, client(port), { flags: "SA", sequence: 5000, acknowledgment: 1001 }),
      ack(port),
    ]);
    const relay = at(3478, "17.173.254.222");
    const asked = udp(CLIENT, relay);
    const { report } = await reachOf([...seen, syn(9), ack(9), asked, asked]);
    expect(report.directions).toBe("both");
    expect(report.targets.find(({ port }) => port === 3478)?.verdict).toBe("unanswered");
    expect(report.targets.find(({ port }) => port === 5223)?.attempts).toEqual({
      connected: 2,
      "one-direction": 1,
    });
  });
});
