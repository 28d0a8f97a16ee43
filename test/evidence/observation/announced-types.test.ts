import { describe, expect, it } from "vitest";
import { AnnouncedTypes } from "../../../src/evidence/observation/announced-types.ts";
import { readDnsMessage } from "../../../src/evidence/payload/dns-message.ts";
import {
  type BuiltMessage,
  type BuiltRecord,
  buildDns,
  MDNS_RESPONSE_FLAGS,
  service,
} from "../../../src/testing/builders/dns-builder.ts";

const TYPE = "_companion-link._tcp";
const FLOW = 7;

/** A pointer from a type to an instance of it (RFC 6763, 4.1). */
const pointer = (type = TYPE): BuiltRecord => ({
  name: `${type}.local`,
  type: 12,
  writeData: (writer) => writer.name(["Anna", ...type.split("."), "local"]),
});

function announcedIn(message: BuiltMessage): string | null {
  const types = new AnnouncedTypes((type) => type === TYPE);
  const bytes = buildDns(message);
  const read = readDnsMessage(bytes, 0, bytes.length);
  if (read === null) throw new Error("the message is malformed");
  types.add(FLOW, read);
  return types.of(FLOW);
}

describe("announced types", () => {
  it("are those that a pointer of a response leads to", () => {
    expect(announcedIn({ flags: MDNS_RESPONSE_FLAGS, answers: [pointer()] })).toBe(TYPE);
  });

  it("are those of a service in a response", () => {
    const answers = [service(["Anna", "_companion-link", "_tcp", "local"], 49152, "anna.local")];
    expect(announcedIn({ flags: MDNS_RESPONSE_FLAGS, answers })).toBe(TYPE);
  });

  it("are not those that others announce too", () => {
    const answers = [pointer("_airplay._tcp")];
    expect(announcedIn({ flags: MDNS_RESPONSE_FLAGS, answers })).toBeNull();
  });

  it("are not those of a query and the answers it knows", () => {
    const questions = [{ name: `${TYPE}.local`, type: 12 }];
    expect(announcedIn({ flags: 0, questions, answers: [pointer()] })).toBeNull();
  });
});
