import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HandshakeSegment } from "../../../src/evidence/observation/handshake.ts";
import { MAX_START_LENGTH } from "../../../src/evidence/observation/stream-start.ts";
import {
  alpn,
  buildClientHello,
  encryptedHello,
  postQuantumKey,
  serverName,
  toRecords,
} from "../../../src/testing/builders/client-hello.ts";
import { finish, followTcp, isPending, segmentOf } from "./follow-handshake.ts";

const HELLO = buildClientHello(postQuantumKey(), serverName("gateway.icloud.com"), alpn("h2"));
const NAMES = {
  serverName: "gateway.icloud.com",
  nameSource: "tls",
  alpn: ["h2"],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};

/** `bytes` in segments that begin at 0 and at `cuts`. */
function cut(bytes: Uint8Array, cuts: readonly number[], sequence = 0): HandshakeSegment[] {
  const ends = [...new Set([0, ...cuts.map((at) => at % bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.slice(1).map((end, i) => segmentOf(bytes.subarray(ends[i], end), sequence + ends[i]));
}

describe("TLS over TCP", () => {
  it("gives the same names in any segmentation and order, with copies", () => {
    const layout = fc.record({
      records: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
      cuts: fc.array(fc.nat(2000), { maxLength: 6 }),
      sequence: fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0xffff_f800, max: 0xffff_ffff })),
      order: fc.infiniteStream(fc.nat()),
      copies: fc.array(fc.nat(6), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(layout, ({ records, cuts, sequence, order, copies }) => {
        const whole = cut(toRecords(HELLO, ...records), cuts, sequence);
        const all = [...whole, ...copies.map((i) => whole[i % whole.length])];
        const keys = new Map(all.map((segment, i) => [i, [order.next().value ?? 0, segment] as const]));
        const shuffled = [...keys.values()].sort(([a], [b]) => a - b).map(([, segment]) => segment);
        expect(followTcp(shuffled, sequence)).toEqual(NAMES);
      }),
    );
  });

  it("begins at the first captured segment if there was no SYN", () => {
    const [first, second] = cut(toRecords(HELLO), [700], 5000);
    expect(followTcp([first, second])).toEqual(NAMES);
    expect(followTcp([second, first])).toBeNull();
  });

  it("can be split after any of its first bytes", () => {
    const records = toRecords(HELLO, 1, 3);
    for (let at = 1; at < 40; at++) expect(followTcp(cut(records, [at]), 0), `${at}`).toEqual(NAMES);
  });

  it("is not shifted by a keep-alive before it, or by an old SYN", () => {
    const segments = cut(toRecords(HELLO), [700], 100);
    expect(followTcp([segmentOf(Uint8Array.of(0), 99), ...segments], 100)).toEqual(NAMES);
    expect(followTcp(segments, 0x7000_0000)).toEqual(NAMES);
  });

  it("keeps the first copy of repeated bytes", () => {
    const records = toRecords(HELLO);
    const forged = toRecords(
      buildClientHello(postQuantumKey(), serverName("gateway.forged.com"), alpn("h2")),
    );
    const [first] = cut(records, [1300]);
    const [, second] = cut(records, [1290]);
    const [, forgedSecond] = cut(forged, [1290]);
    expect(followTcp([first, second])).toEqual(NAMES);
    expect(finish(followTcp([first, forgedSecond, second]))).toMatchObject({
      serverName: "gateway.forged.com",
    });
    expect(followTcp([second, forgedSecond, first], 0)).toEqual(NAMES);
  });

  it("gives the names before a gap that is never filled", () => {
    const records = toRecords(buildClientHello(serverName("www.apple.com"), postQuantumKey(), alpn("h2")));
    const [first, , last] = cut(records, [400, 900]);
    const answer = followTcp([first, last]);
    expect(isPending(answer)).toBe(true);
    expect(finish(answer)).toEqual({ ...NAMES, serverName: "www.apple.com", alpn: [] });
    expect(finish(followTcp([last], 0))).toBeNull();
  });

  it("waits for a gap however much the server sends", () => {
    const records = toRecords(buildClientHello(serverName("www.apple.com"), postQuantumKey()));
    const replies = Array.from({ length: 1000 }, (_, i) =>
      segmentOf(Uint8Array.of(0x16, 3, 3, 0, 80, 2), i * 6, 1),
    );
    const start = followTcp([segmentOf(records.subarray(0, 400)), ...replies]);
    expect(isPending(start)).toBe(true);
    expect(finish(start)).toMatchObject({ serverName: "www.apple.com" });
  });

  it("can be captured after the server's answer", () => {
    const answer = segmentOf(Uint8Array.of(0x16, 3, 3, 0, 80, 2), 0, 1);
    expect(followTcp([answer, ...cut(toRecords(HELLO), [700], 77)])).toEqual(NAMES);
  });

  it("is abandoned after a bounded number of segments and bytes", () => {
    const records = toRecords(HELLO);
    const many = Array.from({ length: 200 }, (_, i) => segmentOf(records.subarray(i, i + 1), i));
    expect(isPending(followTcp(many.slice(0, 127)))).toBe(true);
    expect(followTcp(many)).toBeNull();
    const large = Array.from({ length: 14 }, (_, i) => segmentOf(new Uint8Array(60_000), 7 + i * 5000));
    const flood = followTcp([segmentOf(records.subarray(0, 6)), ...large]);
    expect(isPending(flood) ? flood.heldBytes : 0).toBeGreaterThan(60_000);
    expect(isPending(flood) ? flood.heldBytes : 0).toBeLessThanOrEqual(2 * MAX_START_LENGTH);
  });

  it("gives no result if it contains no name", () => {
    const records = toRecords(buildClientHello());
    expect(finish(followTcp([segmentOf(records)]))).toBeNull();
    expect(finish(followTcp(cut(records, [60])))).toBeNull();
  });

  it("reports ALPN and an encrypted hello if there is no server name", () => {
    const push = toRecords(buildClientHello(alpn("apns-security-v3")));
    expect(finish(followTcp([segmentOf(push)]))).toEqual({
      ...NAMES,
      serverName: null,
      nameSource: null,
      alpn: ["apns-security-v3"],
    });
    expect(finish(followTcp([segmentOf(toRecords(buildClientHello(encryptedHello())))]))).toMatchObject({
      hasEncryptedHello: true,
    });
  });
});

describe("TLS after STARTTLS or a proxy greeting", () => {
  const hello = toRecords(HELLO);

  it("is found in SMTP, whichever side is captured first", () => {
    const talk = [
      segmentOf("220 mail.example ESMTP\r\n", 1000, 1),
      segmentOf("EHLO a.example\r\n", 500),
      segmentOf("250 STARTTLS\r\n", 1024, 1),
      segmentOf("STARTTLS\r\n", 516),
      segmentOf("220 go ahead\r\n", 1038, 1),
      segmentOf(hello.subarray(0, 3), 526),
      segmentOf(hello.subarray(900), 526 + 900),
      segmentOf(hello.subarray(3, 900), 529),
    ];
    expect(followTcp(talk)).toEqual(NAMES);
    expect(followTcp(talk.slice(1), 500)).toEqual(NAMES);
    const beforeHello = followTcp(talk.slice(0, 5));
    expect(isPending(beforeHello) && beforeHello.heldBytes).toBe(0);
    expect(finish(beforeHello)).toBeNull();
  });

  it("is found after more server lines than a hello with a gap waits for", () => {
    const greeting = Array.from({ length: 8 }, (_, i) => segmentOf("220-mail.example\r\n", 18 * i, 1));
    expect(followTcp([...greeting, segmentOf(hello, 500)])).toEqual(NAMES);
  });

  it("is not confused with a STARTTLS line within a mail", () => {
    const mail = segmentOf("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", 500);
    expect(isPending(followTcp([segmentOf("220 mail.example\r\n", 0, 1), mail]))).toBe(true);
  });

  it("is abandoned after many segments of both sides", () => {
    const words = (count: number, fromB: number) =>
      Array.from({ length: count }, (_, i) => segmentOf("DATA\r\n", i, fromB));
    const greeting = segmentOf("220 mail.example\r\n", 0, 1);
    const client = words(1000, 0);
    expect(isPending(followTcp([greeting, ...words(126, 1), ...client]))).toBe(true);
    expect(followTcp([greeting, ...words(127, 1), ...client])).toBeNull();
  });

  it("is found behind a SOCKS proxy", () => {
    const talk = [
      segmentOf(Uint8Array.of(5, 1, 0)),
      segmentOf(Uint8Array.of(5, 0), 0, 1),
      segmentOf(hello, 3),
    ];
    expect(followTcp(talk)).toEqual(NAMES);
  });
});

describe("HTTP tunnels", () => {
  const connect =
    "CONNECT proxy-named.example:443 HTTP/1.1\r\nUser-Agent: apsd/1 CFNetwork/1 Darwin/2\r\n\r\n";
  const tunnel = {
    ...NAMES,
    serverName: "proxy-named.example",
    nameSource: "http-connect",
    alpn: [],
    userAgentProcess: "apsd",
    userAgent: "CFNetwork Darwin",
  };
  const established = segmentOf("HTTP/1.1 200 Connection established\r\n\r\n", 9, 1);
  const at = connect.length;

  it("are named by the hello inside them", () => {
    const segments = cut(toRecords(HELLO), [700], at);
    const expected = { ...NAMES, userAgentProcess: "apsd", userAgent: "CFNetwork Darwin" };
    expect(followTcp([segmentOf(connect), established, ...segments])).toEqual(expected);
    expect(followTcp([segmentOf(connect), ...segments.toReversed()], 0)).toEqual(expected);
    const both = Buffer.concat([Buffer.from(connect), toRecords(HELLO)]);
    expect(followTcp(cut(both, [at - 1, at + 2]), 0)).toEqual(expected);
  });

  it("are named by the CONNECT request if there is no other name", () => {
    expect(finish(followTcp([segmentOf(connect), established]))).toEqual(tunnel);
    expect(followTcp([segmentOf(connect), established, segmentOf("SSH-2.0-x\r\n", at)])).toEqual(tunnel);
    const nameless = toRecords(buildClientHello(alpn("h2")));
    expect(followTcp([segmentOf(connect), segmentOf(nameless, at)])).toEqual({ ...tunnel, alpn: ["h2"] });
    const empty = toRecords(buildClientHello());
    expect(followTcp([segmentOf(connect), segmentOf(empty, at)])).toEqual(tunnel);
  });

  it("can be requested again, with a password", () => {
    const again = connect.replace("proxy-named", "again");
    const refused = segmentOf("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 9, 1);
    const talk = [segmentOf(connect), refused, segmentOf(again, at)];
    expect(finish(followTcp(talk))).toMatchObject({ serverName: "again.example" });
    const hello = segmentOf(toRecords(HELLO), at + again.length);
    expect(followTcp([...talk, hello])).toMatchObject({ serverName: "gateway.icloud.com" });
  });
});

describe("HTTP over TCP", () => {
  const text =
    "GET / HTTP/1.1\r\nUser-Agent: locationd/1 CFNetwork/1 Darwin/2\r\nHost: gs-loc.apple.com\r\nX: y\r\n\r\n";
  const names = {
    ...NAMES,
    serverName: "gs-loc.apple.com",
    nameSource: "http-host",
    alpn: [],
    userAgentProcess: "locationd",
    userAgent: "CFNetwork Darwin",
  };

  it("gives the same names in any segmentation and order", () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length - 1), { maxLength: 6 }), fc.boolean(), (cuts, isReversed) => {
        const segments = cut(bytes, cuts, 0xffff_ffd0);
        expect(followTcp(isReversed ? segments.toReversed() : segments, 0xffff_ffd0)).toEqual(names);
      }),
    );
  });

  it("is named by the complete lines at its end", () => {
    const start = text.slice(0, text.indexOf("X: y"));
    expect(finish(followTcp([segmentOf(start)]))).toEqual(names);
    expect(finish(followTcp([segmentOf(start.slice(0, -2))]))).toEqual({
      ...names,
      serverName: null,
      nameSource: null,
    });
  });
});
