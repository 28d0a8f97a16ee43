/** One record is reused for every packet: nothing of one packet may remain in the next. */
import { describe, expect, it } from "vitest";
import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodeBuilt } from "../../support/decode-built.ts";
import { CATALOGUE } from "./packet-catalogue.ts";

/** All own fields, so that fields added later are covered automatically. */
function fieldsOf(record: DecodedPacket): Record<string, unknown> {
  return { ...record };
}

function filledWith(value: number): DecodedPacket {
  const record = new DecodedPacket();
  for (const field of Object.keys(record)) Reflect.set(record, field, value);
  return record;
}

describe("DecodedPacket", () => {
  it("has its initial values after reset(), in every field", () => {
    const record = filledWith(999);
    record.reset();
    expect(fieldsOf(record)).toEqual(fieldsOf(new DecodedPacket()));
  });

  it("equals another one after copyFrom(), in every field", () => {
    const record = new DecodedPacket();
    record.copyFrom(filledWith(999));
    expect(fieldsOf(record)).toEqual(fieldsOf(filledWith(999)));
  });

  it("holds only small integers, which are stored inline", () => {
    for (const { packet, linkType } of CATALOGUE) {
      const { out } = decodeBuilt(packet, linkType === undefined ? {} : { linkType });
      for (const value of Object.values(fieldsOf(out))) expect(Number.isSafeInteger(value)).toBe(true);
    }
  });

  it("decodes A, B, A like three new records", () => {
    const reused = new DecodedPacket();
    for (const a of CATALOGUE) {
      for (const b of CATALOGUE) {
        for (const { packet, linkType } of [a, b, a]) {
          const options = linkType === undefined ? {} : { linkType };
          const fresh = fieldsOf(decodeBuilt(packet, options).out);
          const again = fieldsOf(decodeBuilt(packet, { ...options, out: reused }).out);
          if (JSON.stringify(again) !== JSON.stringify(fresh))
            expect(again, `${a.name}, ${b.name}`).toEqual(fresh);
        }
      }
    }
  });
});
