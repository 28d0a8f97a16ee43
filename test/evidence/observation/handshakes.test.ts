/** Handshakes of many flows at once: what is kept, and what remains after floods. */
import { describe, expect, it } from "vitest";
import { Handshakes } from "../../../src/evidence/observation/handshakes.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { CERTIFICATE_OF_UPDATES, CERTIFICATE_WITH_COMMON_NAME } from "../../support/real-certificates.ts";
import { buildCertificate, buildServerHello } from "../../support/server-flight.ts";

const hello = (name: string) => toRecords(buildClientHello(serverName(name)));

function add(handshakes: Handshakes, record: number, bytes: Uint8Array, sequence = 1): boolean {
  return handshakes.add(record, { bytes, offset: 0, end: bytes.length, sequence, fromB: 0 }, false);
}

describe("handshakes", () => {
  it("finish with the first packet if it is complete, and share one object per name", () => {
    const handshakes = new Handshakes(3);
    for (const record of [1, 2]) expect(add(handshakes, record, hello("mesu.apple.com"))).toBe(false);
    expect(handshakes.of(1)).toMatchObject({ serverName: "mesu.apple.com", nameSource: "tls" });
    expect(handshakes.of(2)).toBe(handshakes.of(1));
    expect(handshakes.of(3)).toBeNull();
  });

  it("are distinguished by everything they contain", () => {
    const handshakes = new Handshakes(2);
    add(handshakes, 1, hello("a.example"));
    add(handshakes, 2, hello("a.example 0"));
    expect(handshakes.of(2)).not.toBe(handshakes.of(1));
  });

  it("are distinguished by the server's certificate if the client sends no name", () => {
    const handshakes = new Handshakes(3);
    const certificates = [CERTIFICATE_OF_UPDATES, CERTIFICATE_WITH_COMMON_NAME, CERTIFICATE_OF_UPDATES];
    for (const [i, certificate] of certificates.entries()) {
      const record = i + 1;
      handshakes.open(record, 0, 1);
      expect(add(handshakes, record, toRecords(buildClientHello()))).toBe(true);
      const bytes = toRecords(concatBytes(buildServerHello(), buildCertificate(certificate)));
      const segment = { bytes, offset: 0, end: bytes.length, sequence: 77, fromB: 1 };
      expect(handshakes.add(record, segment, false)).toBe(false);
    }
    expect(handshakes.of(1)?.certificateNames).toEqual(["mesu.apple.com"]);
    expect(handshakes.of(2)?.certificateNames).toEqual(["old.example.com"]);
    expect(handshakes.of(3)).toBe(handshakes.of(1));
  });

  it("wait for further segments, and are read as far as possible when the flow ends", () => {
    const handshakes = new Handshakes(2);
    const bytes = hello("gateway.icloud.com");
    const first = bytes.subarray(0, 40);
    for (const record of [1, 2]) {
      handshakes.open(record, 0, 1);
      expect(add(handshakes, record, first)).toBe(true);
    }
    expect(add(handshakes, 1, bytes.subarray(40), 41)).toBe(false);
    expect(handshakes.of(1)?.serverName).toBe("gateway.icloud.com");
    handshakes.finish(2);
    expect(handshakes.of(2)).toBeNull();
  });

  it("are forgotten with their flow", () => {
    const handshakes = new Handshakes(1);
    add(handshakes, 1, hello("a.example"));
    handshakes.finish(1);
    handshakes.forget(1);
    expect(handshakes.of(1)).toBeNull();
  });
});

describe("a flood of handshakes", () => {
  it("with half hellos evicts the oldest, counts them, and stays within its memory limit", () => {
    const limits = { pending: 100, heldBytes: 2 ** 20, distinct: 100 };
    const handshakes = new Handshakes(1000, limits);
    const half = hello("a.example").subarray(0, 40);
    for (let record = 1; record <= 1000; record++) {
      handshakes.open(record, 0, 1);
      expect(add(handshakes, record, half)).toBe(true);
    }
    expect(handshakes.dropped).toBeGreaterThanOrEqual(900);
    expect(handshakes.dropped).toBeLessThan(1000);
    // The newest one is still pending.
    expect(add(handshakes, 1000, hello("a.example").subarray(40), 41)).toBe(false);
    expect(handshakes.of(1000)?.serverName).toBe("a.example");
  });

  it("with long half hellos stays within the limit of held bytes", () => {
    const handshakes = new Handshakes(100, { pending: 1000, heldBytes: 10_000, distinct: 100 });
    const half = toRecords(
      buildClientHello(serverName("a.example"), { type: 21, data: new Uint8Array(5000) }),
    );
    for (let record = 1; record <= 100; record++) {
      handshakes.open(record, 0, 1);
      add(handshakes, record, half.subarray(0, 1400));
    }
    expect(handshakes.dropped).toBeGreaterThan(80);
  });

  it("with many names leaves out and counts further names until flows have ended", () => {
    const handshakes = new Handshakes(200, { pending: 10, heldBytes: 2 ** 20, distinct: 40 });
    for (let record = 1; record <= 100; record++) add(handshakes, record, hello(`n${record}.example`));
    expect(handshakes.of(40)?.serverName).toBe("n40.example");
    expect(handshakes.of(100)).toBeNull();
    expect(handshakes.dropped).toBe(60);
    for (let record = 1; record <= 30; record++) handshakes.forget(record);
    add(handshakes, 101, hello("late.example"));
    expect(handshakes.of(101)?.serverName).toBe("late.example");
    // Live flows keep theirs.
    for (let record = 31; record <= 40; record++) {
      expect(handshakes.of(record)?.serverName).toBe(`n${record}.example`);
    }
  });
});
