/** The first records of servers: plaintext certificates up to TLS 1.2 (RFC 5246, 7.3), encrypted ones in TLS 1.3. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_FLIGHT_LENGTH, readServerFlight } from "../../../src/evidence/payload/tls-server-flight.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { toRecords } from "../../../src/testing/builders/client-hello.ts";
import { CERTIFICATE_OF_UPDATES, CERTIFICATE_WITH_COMMON_NAME } from "../../support/real-certificates.ts";
import { buildCertificate, buildServerHello, CHOSEN_TLS_13 } from "../../support/server-flight.ts";

const CERTIFICATE = buildCertificate(CERTIFICATE_OF_UPDATES);
const NAMES = ["mesu.apple.com"];
const CHANGE_CIPHER_SPEC = [20, 3, 3, 0, 1, 1];
const DONE = Uint8Array.of(14, 0, 0, 0);

const namesIn = (bytes: Uint8Array) => readServerFlight(bytes, 0, bytes.length);

describe("the names in a server's certificate", () => {
  it("are found with any distribution over records", () => {
    const messages = concatBytes(buildServerHello(), CERTIFICATE, DONE);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), (lengths) => {
        expect(namesIn(toRecords(messages, ...lengths))).toEqual(NAMES);
      }),
    );
    const apart = concatBytes(toRecords(buildServerHello()), toRecords(CERTIFICATE), toRecords(DONE));
    expect(namesIn(apart)).toEqual(NAMES);
  });

  it.each([
    ["TLS 1.2 without extensions", buildServerHello(null)],
    ["TLS 1.0", buildServerHello(null, 0x0301)],
    ["SSL 3.0", buildServerHello(null, 0x0300)],
  ])("are found in %s", (_, hello) => {
    expect(namesIn(toRecords(concatBytes(hello, CERTIFICATE)))).toEqual(NAMES);
  });

  it("are pending at every byte until the first certificate is complete", () => {
    const chain = buildCertificate(CERTIFICATE_OF_UPDATES, CERTIFICATE_WITH_COMMON_NAME);
    const records = concatBytes(toRecords(buildServerHello()), toRecords(chain, 200));
    const enough = records.length - CERTIFICATE_WITH_COMMON_NAME.length - 3;
    for (let end = 0; end <= records.length; end++) {
      expect([end, namesIn(records.subarray(0, end))]).toEqual([end, end < enough ? "more" : NAMES]);
    }
  });

  it("are not available in TLS 1.3, from the ServerHello on", () => {
    const hello = toRecords(buildServerHello(CHOSEN_TLS_13));
    expect(namesIn(concatBytes(hello, CHANGE_CIPHER_SPEC))).toBeNull();
    expect(namesIn(concatBytes(hello, [23, 3, 3, 0, 60]))).toBeNull();
    expect(namesIn(toRecords(concatBytes(buildServerHello(CHOSEN_TLS_13), CERTIFICATE)))).toBeNull();
    expect(namesIn(toRecords(concatBytes(buildServerHello(null, 0x7f17), CERTIFICATE)))).toBeNull();
  });

  it("are not available if a session is resumed, or another message comes", () => {
    expect(namesIn(concatBytes(toRecords(buildServerHello()), CHANGE_CIPHER_SPEC))).toBeNull();
    expect(namesIn(toRecords(concatBytes(buildServerHello(), DONE)))).toBeNull();
    expect(namesIn(toRecords(CERTIFICATE))).toBeNull();
  });

  it("are not available if the certificate is malformed", () => {
    const half = toRecords(concatBytes(buildServerHello(), CERTIFICATE.subarray(0, 300)));
    expect(namesIn(half)).toBe("more");
    expect(namesIn(concatBytes(half, CHANGE_CIPHER_SPEC))).toBeNull();
  });

  it("are not waited for if they end too far away", () => {
    const long = buildCertificate(new Uint8Array(MAX_FLIGHT_LENGTH));
    expect(namesIn(toRecords(concatBytes(buildServerHello(), long.subarray(0, 40))))).toBeNull();
    const header = Uint8Array.of(2, 0, 0xff, 0xff);
    expect(namesIn(toRecords(header))).toBeNull();
  });

  it("are not waited for if records make the stream too long", () => {
    // 3,000 bytes of an extension: in one-byte records, each takes six.
    const long = buildServerHello([0xff, 1, 11, 180, ...new Uint8Array(2996)]);
    const messages = concatBytes(long, CERTIFICATE);
    expect(namesIn(toRecords(messages))).toEqual(NAMES);
    expect(namesIn(toRecords(messages, ...Array.from({ length: messages.length }, () => 1)))).toBeNull();
  });
});
