/** The server's certificate, when the client's hello has no server name or was not captured (RFC 5246, 7.3). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HandshakeSegment } from "../../../src/evidence/observation/handshake.ts";
import { MAX_FLIGHT_LENGTH } from "../../../src/evidence/payload/tls-server-flight.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { alpn, buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import {
  CERTIFICATE_OF_A_DEVICE,
  CERTIFICATE_OF_UPDATES,
  CERTIFICATE_WITH_ALTERNATIVES,
} from "../../support/real-certificates.ts";
import { buildCertificate, buildServerHello, CHOSEN_TLS_13 } from "../../support/server-flight.ts";
import { finish, followTcp, isPending, segmentOf } from "./follow-handshake.ts";

const NOTHING = {
  serverName: null,
  nameSource: null,
  alpn: [],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};
const NAMES = { ...NOTHING, certificateNames: ["mesu.apple.com"] };
/** 12 KB; the server's own certificate comes first. */
const CHAIN = buildCertificate(
  CERTIFICATE_OF_UPDATES,
  ...Array.from({ length: 18 }, () => CERTIFICATE_WITH_ALTERNATIVES),
);
const FLIGHT = concatBytes(toRecords(buildServerHello()), toRecords(CHAIN, 9000));
const NAMELESS = toRecords(buildClientHello());
const CLIENT = segmentOf(NAMELESS, 500, 0);
const CHANGE_CIPHER_SPEC = Uint8Array.of(20, 3, 3, 0, 1, 1);

/** The server's stream in segments that begin at 0 and at `cuts`. */
function fromServer(bytes: Uint8Array, cuts: readonly number[] = [], sequence = 90): HandshakeSegment[] {
  const ends = [...new Set([0, ...cuts.map((at) => at % bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.slice(1).map((end, i) => segmentOf(bytes.subarray(ends[i], end), sequence + ends[i], 1));
}

describe("a TLS certificate", () => {
  it("names the server if the client did not, in any segmentation", () => {
    expect(CHAIN.length).toBeGreaterThan(11_000);
    expect(followTcp([CLIENT, ...fromServer(FLIGHT)])).toEqual(NAMES);
    fc.assert(
      fc.property(
        fc.array(fc.nat(2000), { maxLength: 8 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (...cut) => {
          expect(followTcp([CLIENT, ...fromServer(FLIGHT, ...cut)])).toEqual(NAMES);
        },
      ),
    );
  });

  it("can be split after any byte", () => {
    const flight = toRecords(concatBytes(buildServerHello(), buildCertificate(CERTIFICATE_OF_UPDATES)), 100);
    for (let at = 1; at < flight.length; at++) {
      expect(followTcp([CLIENT, ...fromServer(flight, [at])]), `${at}`).toEqual(NAMES);
      const half = followTcp([CLIENT, ...fromServer(flight.subarray(0, at))]);
      expect(isPending(half), `${at}`).toBe(true);
      expect(finish(half)).toBeNull();
    }
  });

  it("is read over three segments and two records, reordered and repeated", () => {
    const certificate = buildCertificate(CERTIFICATE_WITH_ALTERNATIVES);
    const flight = concatBytes(toRecords(buildServerHello()), toRecords(certificate, 400));
    const [first, second, third] = fromServer(flight, [200, 600]);
    const names = { ...NOTHING, certificateNames: ["gateway.icloud.com", "*.icloud.com"] };
    expect(followTcp([CLIENT, first, second, third])).toEqual(names);
    expect(followTcp([CLIENT, first, third, second])).toEqual(names);
    expect(followTcp([CLIENT, first, first, third, second])).toEqual(names);
  });

  it("names the server if only its side was captured", () => {
    const answer = followTcp(fromServer(FLIGHT, [1400, 2800]));
    // The client's hello may come late, for example in joined captures of two interfaces.
    expect(isPending(answer) && answer.heldBytes).toBe(0);
    expect(finish(answer)).toEqual(NAMES);
    expect(followTcp([...fromServer(FLIGHT), CLIENT])).toEqual(NAMES);
  });

  it("is combined with other facts of a hello without a name", () => {
    const hello = segmentOf(toRecords(buildClientHello(alpn("h2"))));
    expect(followTcp([hello, ...fromServer(FLIGHT)])).toEqual({ ...NAMES, alpn: ["h2"] });
    const silent = buildCertificate(CERTIFICATE_OF_A_DEVICE);
    const flight = toRecords(concatBytes(buildServerHello(), silent));
    expect(followTcp([hello, ...fromServer(flight)])).toEqual({ ...NOTHING, alpn: ["h2"] });
  });

  it("is not searched if the client or its proxy was given a name", () => {
    const hello = segmentOf(toRecords(buildClientHello(serverName("www.apple.com"))));
    const named = { ...NOTHING, serverName: "www.apple.com", nameSource: "tls" };
    expect(followTcp([hello])).toEqual(named);
    expect(followTcp([...fromServer(FLIGHT), hello])).toEqual(named);
    const connect = "CONNECT a.example:443 HTTP/1.1\r\n\r\n";
    const tunnel = [segmentOf(connect), segmentOf(NAMELESS, connect.length)];
    expect(followTcp(tunnel)).toMatchObject({ serverName: "a.example", certificateNames: [] });
    const unheard = followTcp([segmentOf(connect), ...fromServer(FLIGHT)]);
    expect(finish(unheard)).toMatchObject({ serverName: "a.example", certificateNames: [] });
  });

  it("is found after STARTTLS", () => {
    const talk = [
      segmentOf("220 mail.example ESMTP\r\n", 1000, 1),
      segmentOf("STARTTLS\r\n", 500, 0),
      segmentOf("220 go ahead\r\n", 1024, 1),
      segmentOf(NAMELESS, 510, 0),
    ];
    expect(followTcp([...talk, ...fromServer(FLIGHT, [3, 1400], 1038)])).toEqual(NAMES);
  });
});

describe("a TLS server without a readable certificate", () => {
  it.each([
    [
      "that chooses TLS 1.3",
      toRecords(concatBytes(buildServerHello(CHOSEN_TLS_13), buildCertificate(new Uint8Array(9)))),
    ],
    ["that resumes a session", concatBytes(toRecords(buildServerHello()), CHANGE_CIPHER_SPEC)],
    [
      "that sends a damaged certificate",
      toRecords(concatBytes(buildServerHello(), buildCertificate(new Uint8Array(9)))),
    ],
  ])("%s ends the search at once", (_, flight) => {
    expect(followTcp([CLIENT, ...fromServer(flight)])).toBeNull();
    expect(followTcp([...fromServer(flight), CLIENT])).toBeNull();
  });

  it("ends the search after a bounded number of segments of either side", () => {
    const replies = Array.from({ length: 200 }, (_, i) => segmentOf("no TLS", 90 + 6 * i, 1));
    expect(isPending(followTcp([CLIENT, ...replies.slice(0, 127)]))).toBe(true);
    expect(followTcp([CLIENT, ...replies])).toBeNull();
    const uploads = Array.from({ length: 200 }, (_, i) => segmentOf("\x17\x03\x03", 900 + 3 * i, 0));
    expect(isPending(followTcp([CLIENT, ...uploads.slice(0, 126)]))).toBe(true);
    expect(followTcp([CLIENT, ...uploads])).toBeNull();
  });

  it("uses bounded memory, however far apart its segments are", () => {
    const start = fromServer(FLIGHT.subarray(0, 300));
    const far = Array.from({ length: 60 }, (_, i) => segmentOf(new Uint8Array(1400), 90 + 301 + 1400 * i, 1));
    const flood = followTcp([CLIENT, ...start, ...far]);
    expect(isPending(flood) ? flood.heldBytes : 0).toBeGreaterThan(MAX_FLIGHT_LENGTH - 1400);
    expect(isPending(flood) ? flood.heldBytes : 0).toBeLessThan(MAX_FLIGHT_LENGTH + 8192);
  });
});
