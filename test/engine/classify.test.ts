/** Classifies one connection without a capture. */
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/classify.ts";
import { appleList, appleRules } from "../support/analyze.ts";

describe("classify", () => {
  it("answers as for a flow in a capture", () => {
    expect(classify({ transport: "tcp", port: 443, serverName: "Mesu.Apple.com." })).toEqual({
      class: "identified",
      products: ["Software Update"],
      candidates: [],
      offList: [],
      evidence: "server-name",
      label: null,
      reason: null,
    });
    expect(classify({ transport: "tcp", port: 443, serverName: "www.example.com" })).toMatchObject({
      class: "other",
      label: "TLS websites",
      reason: "not-apple",
    });
    expect(classify({ transport: "udp", port: 4444, address: "17.253.15.201" })).toMatchObject({
      class: "apple",
      evidence: "address",
    });
    expect(classify({ transport: "tcp", port: 22, address: "2620:149:a44::5" }).class).toBe("apple");
    expect(classify({ transport: "tcp", port: 22, address: "192.0.2.1" }).class).toBe("listed");
  });

  it("identifies push by the prefixes and ports that Apple documents, without a server name", () => {
    const address = "17.57.144.10";
    expect(classify({ transport: "tcp", port: 5223, address })).toMatchObject({
      class: "identified",
      products: ["Push notifications"],
      evidence: "documented-network",
    });
    expect(classify({ transport: "tcp", port: 2197, address }).offList).toEqual(["Push notifications"]);
    expect(classify({ transport: "udp", port: 443, address }).class).toBe("apple");
    expect(classify({ transport: "tcp", port: 443, address, serverName: "mesu.apple.com" }).products).toEqual(
      ["Software Update"],
    );
  });

  it("excludes products that had closed by the given time", () => {
    const at = (start: string) =>
      classify({ transport: "udp", port: 4500, start: new Date(start) }).candidates;
    expect(at("2015-01-01T00:00:00Z")).toContain("Back to My Mac");
    expect(at("2025-01-01T00:00:00Z")).not.toContain("Back to My Mac");
  });

  it("accepts other knowledge, or the list alone", () => {
    const connection = { transport: "tcp", port: 443, serverName: "mesu.apple.com" } as const;
    expect(classify(connection, { services: appleList, rules: appleRules }).class).toBe("identified");
    expect(classify(connection, { services: appleList, rules: null }).class).toBe("listed");
  });

  it("refuses an invalid port or address", () => {
    expect(() => classify({ transport: "tcp", port: 65_536 })).toThrow(
      "a port is a whole number from 0 to 65535",
    );
    expect(() => classify({ transport: "tcp", port: 1.5 })).toThrow(RangeError);
    expect(() => classify({ transport: "tcp", port: 443, address: "300.1.1.1" })).toThrow(
      '"300.1.1.1" is not an address',
    );
  });
});
