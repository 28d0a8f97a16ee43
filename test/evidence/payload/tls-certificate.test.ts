/** Host names in the certificate of a TLS 1.2 server (RFC 5246, 7.4.2; RFC 5280). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  measureFirstCertificate,
  readCertificateNames,
} from "../../../src/evidence/payload/tls-certificate.ts";
import {
  CERTIFICATE_OF_A_DEVICE,
  CERTIFICATE_WITH_ALTERNATIVES,
  CERTIFICATE_WITH_COMMON_NAME,
} from "../../support/real-certificates.ts";
import { buildCertificate } from "../../support/server-flight.ts";

const namesIn = (bytes: Uint8Array, offset = 0, end = bytes.length) =>
  readCertificateNames(bytes, offset, end);

describe("the names of a certificate", () => {
  it("are its alternative names", () => {
    expect(namesIn(buildCertificate(CERTIFICATE_WITH_ALTERNATIVES))).toEqual([
      "gateway.icloud.com",
      "*.icloud.com",
    ]);
  });

  it("are its common name if it has no others, and none if that is not a host name", () => {
    expect(namesIn(buildCertificate(CERTIFICATE_WITH_COMMON_NAME))).toEqual(["old.example.com"]);
    expect(namesIn(buildCertificate(CERTIFICATE_OF_A_DEVICE))).toEqual([]);
  });

  it("are those of the first one in a chain", () => {
    const chain = buildCertificate(CERTIFICATE_WITH_COMMON_NAME, CERTIFICATE_WITH_ALTERNATIVES);
    expect(namesIn(chain)).toEqual(["old.example.com"]);
  });

  it("are read from a message at any offset", () => {
    const whole = buildCertificate(CERTIFICATE_WITH_COMMON_NAME);
    const shifted = new Uint8Array(whole.length + 9).fill(0xff);
    shifted.set(whole, 4);
    expect(namesIn(shifted, 4, 4 + whole.length)).toEqual(["old.example.com"]);
  });

  it("are not read from another or an incomplete message", () => {
    const whole = buildCertificate(CERTIFICATE_WITH_ALTERNATIVES);
    expect(namesIn(Uint8Array.of(2, ...whole.subarray(1)))).toBeNull();
    for (let end = 0; end < whole.length; end++) expect([end, namesIn(whole, 0, end)]).toEqual([end, null]);
  });

  it("are not read if a length exceeds its container", () => {
    const whole = buildCertificate(CERTIFICATE_WITH_COMMON_NAME);
    for (const at of [3, 6]) {
      const shortened = whole.slice();
      shortened[at]--;
      expect([at, namesIn(shortened)]).toEqual([at, null]);
      expect(measureFirstCertificate(shortened, 0, shortened.length)).toBe(-1);
    }
    expect(measureFirstCertificate(whole, 0, 9)).toBe(0);
    expect(measureFirstCertificate(whole, 0, 10)).toBe(whole.length);
  });

  it("lie within the given bytes, whatever was changed in them", () => {
    const whole = buildCertificate(CERTIFICATE_WITH_ALTERNATIVES);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const changed = whole.slice();
          for (const [at, byte] of changes) changed[at] = byte;
          const alone = namesIn(changed);
          const framed = new Uint8Array(changed.length + 600).fill(0x82);
          framed.set(changed, 300);
          expect(namesIn(framed, 300, 300 + changed.length)).toEqual(alone);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
