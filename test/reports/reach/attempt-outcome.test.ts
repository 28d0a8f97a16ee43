/** Verdicts of single attempts, packet by packet: each possible end of a connection. */
import { describe, expect, it } from "vitest";
import {
  CLIENT,
  COURIER,
  type End,
  type Segment,
  tcp,
  udp,
  unreachable,
  verdictOfOne,
} from "./reach-packets.ts";

const HTTPS: End = { address: "17.253.15.201", port: 443 };

/** Lines of a conversation: `>` from the client, `<` from the server. */
function talk(server: End, ...lines: readonly (readonly [">" | "<", Segment])[]): Uint8Array[] {
  return lines.map(([who, segment]) =>
    who === ">" ? tcp(CLIENT, server, segment) : tcp(server, CLIENT, segment),
  );
}

const SYN = [">", { flags: "S", sequence: 1000 }] as const;
const SYN_ACK = ["<", { flags: "SA", sequence: 5000, acknowledgment: 1001 }] as const;
const ACK = [">", { flags: "A", sequence: 1001, acknowledgment: 5001 }] as const;
const OPENED = [SYN, SYN_ACK, ACK] as const;

/** A TLS record with a type and length, whose content begins with `first`. */
function record(type: number, length: number, ...first: readonly number[]): number[] {
  return [
    type,
    3,
    3,
    length >> 8,
    length & 0xff,
    ...first,
    ...new Array<number>(length - first.length).fill(0),
  ];
}

const HELLO = record(22, 195, 1);
const HELLO_SENT = [">", { flags: "PA", sequence: 1001, acknowledgment: 5001, payload: HELLO }] as const;
const ANSWER = record(22, 895, 2);
const ANSWERED = ["<", { flags: "PA", sequence: 5001, acknowledgment: 1201, payload: ANSWER }] as const;
const GREETED = [...OPENED, HELLO_SENT, ANSWERED] as const;
const fromClient = (sequence: number, flags: string, payload: readonly number[] = []) =>
  [">", { flags, sequence, acknowledgment: 5901, payload }] as const;

const finished = record(23, 53);
const REPLY = ["<", { flags: "PA", sequence: 5901, acknowledgment: 1354, payload: record(23, 300) }] as const;
const TALK = [
  ...GREETED,
  fromClient(1201, "PA", [...finished, ...record(23, 90)]),
  REPLY,
  fromClient(1354, "FA"),
] as const;
/** A key, ChangeCipherSpec, an encrypted Finished; then application data. */
const TALK_IN_12 = [
  ...GREETED,
  fromClient(1201, "PA", [...record(22, 37, 16), ...record(20, 1, 1), ...record(22, 40)]),
  [
    "<",
    { flags: "PA", sequence: 5901, acknowledgment: 1294, payload: [...record(20, 1, 1), ...record(22, 40)] },
  ],
  fromClient(1294, "PA", record(23, 200)),
  ["<", { flags: "PA", sequence: 5952, acknowledgment: 1499, payload: record(23, 300) }],
] as const;
/** Acknowledgements for N tenths of a second. */
const waiting = (count: number) => Array.from({ length: count }, () => fromClient(1259, "A"));

describe("a TCP attempt", () => {
  it.each<[string, readonly Uint8Array[], string | null]>([
    ["SYNs without an answer", talk(COURIER, SYN, SYN, SYN), "unanswered"],
    ["an RST to the SYN", talk(COURIER, SYN, ["<", { flags: "RA", acknowledgment: 1001 }]), "refused"],
    ["a handshake", talk(COURIER, ...OPENED), "connected"],
    ["SYN+ACKs without an acknowledgment", talk(COURIER, SYN, SYN_ACK, SYN_ACK, SYN), "one-way"],
    [
      "a SYN+ACK that the client aborts with RST",
      talk(COURIER, SYN, SYN_ACK, [">", { flags: "R" }]),
      "connected",
    ],
    ["a server whose direction is not captured", talk(COURIER, SYN, ACK, HELLO_SENT), "one-direction"],
    ["a client whose direction is not captured", talk(COURIER, SYN_ACK, ANSWERED), "one-direction"],
    ["a connection that began before the capture", talk(COURIER, ACK, ANSWERED), "answered"],
    ["an RST alone", talk(COURIER, [">", { flags: "R" }]), null],
    [
      "repeated data without an answer",
      talk(COURIER, ...OPENED, HELLO_SENT, HELLO_SENT, HELLO_SENT),
      "unanswered",
    ],
    ["data at the end of the capture", talk(COURIER, ...OPENED, HELLO_SENT), "connected"],
    [
      "data that is acknowledged and needs no answer",
      talk(COURIER, ...OPENED, HELLO_SENT, HELLO_SENT, [
        "<",
        { flags: "A", sequence: 5001, acknowledgment: 1201 },
      ]),
      "connected",
    ],
    [
      "a connection that is kept alive",
      talk(COURIER, ...OPENED, HELLO_SENT, ANSWERED, fromClient(1200, "A", [0]), fromClient(1200, "A", [0])),
      "answered",
    ],
  ])("has the expected verdict for %s", async (_, packets, verdict) => {
    expect(await verdictOfOne(packets)).toBe(verdict);
  });
});

describe("a TLS attempt", () => {
  const alertIn13 = [...record(20, 1, 1), ...record(23, 19)];
  it.each<[string, readonly Uint8Array[], string]>([
    ["goes on", talk(HTTPS, ...TALK), "works"],
    ["goes on in TLS 1.2", talk(HTTPS, ...TALK_IN_12), "works"],
    [
      "sends a request after its Finished and gets no answer",
      talk(HTTPS, ...GREETED, fromClient(1201, "PA", [...finished, ...record(23, 90)])),
      "answered",
    ],
    [
      "is closed by the client after its Finished, as with certificate pinning",
      talk(HTTPS, ...GREETED, fromClient(1201, "PA", finished), fromClient(1259, "FA")),
      "closed-at-once",
    ],
    [
      "is closed by the client after its Finished with an encrypted alert",
      talk(
        HTTPS,
        ...GREETED,
        fromClient(1201, "PA", [...finished, ...record(23, 19)]),
        fromClient(1283, "FA"),
      ),
      "closed-at-once",
    ],
    [
      "is idle after its Finished and closed later",
      talk(HTTPS, ...GREETED, fromClient(1201, "PA", finished), ...waiting(25), fromClient(1259, "FA")),
      "answered",
    ],
    [
      "is closed by the client without an alert",
      talk(HTTPS, ...GREETED, fromClient(1201, "FA")),
      "closed-at-once",
    ],
    ["is reset by the client", talk(HTTPS, ...GREETED, fromClient(1201, "R")), "closed-at-once"],
    [
      "is closed by the client with a TLS 1.3 alert",
      talk(HTTPS, ...GREETED, fromClient(1201, "PA", alertIn13), fromClient(1231, "FA")),
      "closed-at-once",
    ],
    [
      "is closed by the client with a TLS 1.2 alert",
      talk(HTTPS, ...GREETED, fromClient(1201, "PA", record(21, 2, 2, 48)), fromClient(1208, "FA")),
      "closed-at-once",
    ],
    [
      "gets an alert from the server",
      talk(HTTPS, ...OPENED, HELLO_SENT, [
        "<",
        { flags: "PA", sequence: 5001, payload: record(21, 2, 2, 40) },
      ]),
      "closed-at-once",
    ],
    [
      "gets an RST to its hello",
      talk(HTTPS, ...OPENED, HELLO_SENT, ["<", { flags: "RA", sequence: 5001 }]),
      "closed-at-once",
    ],
    [
      "gets a FIN to its hello",
      talk(HTTPS, ...OPENED, HELLO_SENT, ["<", { flags: "FA", sequence: 5001, acknowledgment: 1201 }]),
      "closed-at-once",
    ],
    [
      "gets a HelloRetryRequest, and is then closed by the client",
      talk(
        HTTPS,
        ...GREETED,
        fromClient(1201, "PA", [...record(20, 1, 1), ...HELLO]),
        ["<", { flags: "PA", sequence: 5901, acknowledgment: 1407, payload: ANSWER }],
        fromClient(1407, "FA"),
      ),
      "closed-at-once",
    ],
    ["is still in progress at the end of the capture", talk(HTTPS, ...GREETED), "answered"],
  ])("has the expected verdict if it %s", async (_, packets, verdict) => {
    expect(await verdictOfOne(packets)).toBe(verdict);
  });

  it("that works is not called broken if the snaplen keeps only headers", async () => {
    const packets = talk(HTTPS, ...TALK);
    expect(await verdictOfOne(packets, { cutTo: 14 + 20 + 20 })).toBe("works");
    for (const cutTo of [14 + 20 + 20 + 6, 96]) {
      expect(["works", "answered"]).toContain(await verdictOfOne(packets, { cutTo }));
    }
  });
});

describe("a UDP attempt", () => {
  const relay: End = { address: "17.173.254.222", port: 3478 };
  const rtp = (number: number) => [0x80, 96, number >> 8, number & 0xff, ...new Array<number>(20).fill(7)];
  const media = [65_534, 65_535, 0, 1].map(rtp);

  it("works with an answer, and does not without one", async () => {
    expect(await verdictOfOne([udp(CLIENT, relay), udp(relay, CLIENT)])).toBe("works");
    expect(await verdictOfOne([udp(CLIENT, relay), udp(CLIENT, relay)])).toBe("unanswered");
  });

  it("that carries media in one direction is one-way, whichever the direction", async () => {
    expect(await verdictOfOne(media.map((payload) => udp(CLIENT, relay, payload)))).toBe("one-way");
    expect(await verdictOfOne(media.map((payload) => udp(relay, CLIENT, payload)))).toBe("one-way");
  });

  it("with bytes that look like RTP by chance is an unanswered question", async () => {
    const question = rtp(7);
    expect(
      await verdictOfOne([question, question, question].map((payload) => udp(CLIENT, relay, payload))),
    ).toBe("unanswered");
  });

  it("to a multicast group is not an attempt", async () => {
    expect(await verdictOfOne([udp(CLIENT, { address: "224.0.0.251", port: 5353 })])).toBeNull();
  });

  it("is prohibited by ICMP, and works if an answer comes nevertheless", async () => {
    const asked = udp(CLIENT, relay);
    expect(await verdictOfOne([asked, unreachable(asked, 13, CLIENT)])).toBe("prohibited");
    expect(await verdictOfOne([asked, unreachable(asked, 13, CLIENT), udp(relay, CLIENT)])).toBe("works");
  });
});
