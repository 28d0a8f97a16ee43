import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DnsMessage, readDnsMessage } from "../../../src/evidence/payload/dns-message.ts";
import { DNS_ALIASES, DNS_FAILURE, DNS_HINTS, DNS_NO_NAME, MDNS_AIRPLAY } from "../../support/real-names.ts";

function read(bytes: Uint8Array): DnsMessage | null {
  return readDnsMessage(bytes, 0, bytes.length);
}

describe("DNS messages read one after the other", () => {
  it("give the same result whatever was read before them", () => {
    const recorded = [DNS_ALIASES, DNS_FAILURE, DNS_HINTS, DNS_NO_NAME, MDNS_AIRPLAY];
    const message = fc
      .tuple(fc.constantFrom(...recorded), fc.nat(200), fc.nat(255), fc.nat(400))
      .map(([bytes, at, value, length]) => {
        const changed = bytes.slice(0, Math.max(bytes.length - (length % bytes.length), 12));
        changed[at % changed.length] = value;
        return changed;
      });
    fc.assert(
      fc.property(message, message, (before, bytes) => {
        const wanted = [read(bytes), read(bytes)];
        read(before);
        expect([read(bytes), wanted[0]]).toEqual(wanted);
      }),
    );
  });
});
