/** From a port, and the start of a flow, to candidates (docs/contract.md, "From port to candidates"). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Attributor } from "../../../src/evidence/attribution/attribution.ts";
import { AppleSide, commonFacts, endsOf, NO_FACTS } from "../../../src/evidence/observation/flow-facts.ts";
import type { HandshakeNames } from "../../../src/evidence/observation/handshake.ts";
import { recognitionOf } from "../../../src/evidence/payload/protocols/recognise.ts";
import type { TransportIndex } from "../../../src/knowledge/port-list/service-table.ts";
import { NO_TIME } from "../../../src/net/moment.ts";
import { appleList, appleRules } from "../../support/analyze.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { attribute } from "../../support/reference-attribution.ts";

const TCP = 0;
const UDP = 1;
const listAlone = new Attributor(appleList, null);
const withRules = new Attributor(appleList, appleRules);

function attributed(
  attributor: Attributor,
  transport: TransportIndex,
  servicePort: number | null,
  startSeconds = NO_TIME,
) {
  return attributor.attribute({ transport, servicePort, startSeconds, facts: NO_FACTS, documented: null });
}

const of = (transport: TransportIndex, port: number | null) => {
  const { class: flowClass, candidates, reason } = attributed(listAlone, transport, port);
  return { class: flowClass, candidates: candidates.map(({ name }) => name), reason };
};

describe("the candidates of a port", () => {
  it("are the union of all specific rows, withdrawn products last", () => {
    expect(of(UDP, 16385)).toEqual({
      class: "listed",
      candidates: ["Messages", "FaceTime", "Game Center"],
      reason: null,
    });
    expect(of(UDP, 500).candidates).toEqual(["Back to My Mac", "Wi-Fi Calling", "macOS Server VPN service"]);
  });

  it("come from wide rows only if no other row matches", () => {
    expect(of(TCP, 60000)).toEqual({ class: "range", candidates: ["Xsan Filesystem Access"], reason: null });
    expect(of(TCP, 8080)).toMatchObject({ class: "listed", candidates: ["macOS Server"] });
  });

  it("are empty if the service port is unknown", () => {
    expect(of(UDP, null)).toEqual({ class: "unlisted", candidates: [], reason: "side-unknown" });
  });

  it("are empty if the rows name no product, or no row covers the port", () => {
    expect(of(TCP, 20)).toEqual({ class: "unlisted", candidates: [], reason: "no-product-listed" });
    expect(of(UDP, 443)).toEqual({ class: "unlisted", candidates: [], reason: "port-not-listed" });
    expect(of(TCP, 0)).toMatchObject({ reason: "port-not-listed" });
  });

  it("match a scan of the rows, for every port of both transports", () => {
    for (const [transport, name] of (["tcp", "udp"] as const).entries()) {
      for (let port = 0; port <= 0xffff; port++) {
        const { rows: _, ...wanted } = attribute(appleList, name, port);
        const actual = of(transport as TransportIndex, port);
        if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect({ port, ...actual }).toEqual(wanted);
      }
    }
  }, 120_000);

  it("are one shared frozen object for the same answer", () => {
    expect(attributed(listAlone, UDP, 16386)).toBe(attributed(listAlone, UDP, 16387));
    expect(Object.isFrozen(attributed(listAlone, UDP, 16386))).toBe(true);
  });
});

describe("the dates of a product", () => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 1000;
  const names = (attributor: Attributor, port: number, startSeconds: number) =>
    attributed(attributor, UDP, port, startSeconds).candidates.map(({ name }) => name);

  it("exclude products that had closed or had not begun", () => {
    const backToMyMac = appleList.product("Back to My Mac");
    expect(backToMyMac?.ended?.how).toBe("closed");
    const closed = backToMyMac?.closedAtSeconds ?? Number.NaN;
    expect(names(withRules, 4500, closed - 1)).toContain("Back to My Mac");
    expect(names(withRules, 4500, closed)).not.toContain("Back to My Mac");
    expect(names(withRules, 16385, day("2003-01-01"))).not.toContain("FaceTime");
    expect(names(withRules, 16385, day("2015-01-01"))).toContain("FaceTime");
  });

  it("keep withdrawn products: old copies still run", () => {
    expect(appleList.product("macOS Server VPN service")?.ended?.how).toBe("withdrawn");
    expect(names(withRules, 500, day("2026-01-01"))).toContain("macOS Server VPN service");
  });

  it("make a flow unlisted if all its products had closed", () => {
    const { class: flowClass, reason } = attributed(withRules, UDP, 51820, day("2026-01-01"));
    expect([flowClass, reason]).toEqual(["unlisted", "product-ended"]);
  });

  it("are ignored if the clock was never set", () => {
    expect(names(withRules, 16385, 1000)).toContain("FaceTime");
    expect(attributed(withRules, UDP, 16385, 1000)).toBe(attributed(withRules, UDP, 16385, NO_TIME));
  });

  it("are ignored for a flow without a time, and if only the list applies", () => {
    expect(names(withRules, 4500, NO_TIME)).toContain("Back to My Mac");
    expect(names(listAlone, 4500, day("2026-01-01"))).toContain("Back to My Mac");
  });
});

const noNames: HandshakeNames = {
  serverName: null,
  nameSource: null,
  alpn: [],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};

describe("cached attributions", () => {
  it("distinguish an infrastructure port from others of the same rows, in any order", () => {
    const facts = { ...NO_FACTS, process: "softwareupdated" };
    const of = (attributor: Attributor, servicePort: number) =>
      attributor.attribute({ transport: TCP, servicePort, startSeconds: NO_TIME, facts, documented: null })
        .class;
    const one = new Attributor(appleList, appleRules);
    const other = new Attributor(appleList, appleRules);
    expect([of(one, 853), of(one, 700)]).toEqual(["range", "identified"]);
    expect([of(other, 700), of(other, 853)]).toEqual(["identified", "range"]);
  });

  it("distinguish multicast DNS of an Apple device from another maker's, in any order", () => {
    const senders = ["apple", "another", "apple"] as const;
    const classes = (attributor: Attributor) =>
      senders.map((multicastSender) => {
        const flow = { transport: UDP, servicePort: 5353, startSeconds: NO_TIME, documented: null } as const;
        return attributor.attribute({ ...flow, facts: { ...NO_FACTS, multicastSender } }).class;
      });
    expect(classes(new Attributor(appleList, appleRules))).toEqual(["identified", "other", "identified"]);
  });

  it("distinguish ports without a row by the rows of the other transport, in any order", () => {
    const ends = endsOf(false, false);
    const facts = commonFacts(recognitionOf("airplay", 0), true, AppleSide.NONE, ends);
    const alone = (transport: TransportIndex, servicePort: number) => {
      const flow = { transport, servicePort, startSeconds: NO_TIME, facts, documented: null };
      return (attributor: Attributor) => attributor.attribute(flow).label;
    };
    const flows = [alone(TCP, 123), alone(TCP, 40_000), alone(UDP, 443), alone(UDP, 40_000), alone(TCP, 53)];
    const told = flows.map((flow) => flow(new Attributor(appleList, appleRules)));
    expect(new Set(told).size).toBeGreaterThan(2);
    const together = new Attributor(appleList, appleRules);
    expect(flows.map((flow) => flow(together))).toEqual(told);
    const inTurn = new Attributor(appleList, appleRules);
    expect(flows.toReversed().map((flow) => flow(inTurn))).toEqual(told.toReversed());
  });

  it("equal those computed alone, whatever came before", () => {
    const names = fc.constantFrom(
      "mesu.apple.com",
      "swcdn.apple.com",
      "gs-loc.apple.com",
      "www.example.com",
      "www.example.org",
      "printer.local",
      "192.0.2.1",
    );
    const lists = (values: fc.Arbitrary<string>) => fc.array(values, { maxLength: 3 });
    const handshakes = fc.record({
      serverName: fc.option(names),
      alpn: lists(fc.constantFrom("h2", "apns-pack-v1")),
      certificateNames: lists(fc.oneof(names, fc.constant("*.push.apple.com"))),
      userAgentProcess: fc.option(fc.constantFrom("apsd", "softwareupdated", "curl")),
    });
    const facts = fc.record({
      handshake: fc.option(handshakes.map((named) => ({ ...noNames, ...named }))),
      process: fc.option(fc.constantFrom("softwareupdated", "apsd", "firefox", "mDNSResponder")),
      addressNames: lists(names),
      serviceTypes: lists(fc.constantFrom("_airplay._tcp", "_ipp._tcp", "_http._tcp")),
      multicastSender: fc.constantFrom(null, "apple" as const, "another" as const),
      isAppleAddress: fc.boolean(),
      isNameRefuted: fc.boolean(),
    });
    const ports = fc.constantFrom(53, 80, 443, 853, 5223, 7000, 49_999);
    const together = new Attributor(appleList, appleRules);
    fc.assert(
      fc.property(facts, ports, (some, servicePort) => {
        const known = { ...NO_FACTS, ...some };
        const flow = {
          transport: TCP,
          servicePort,
          startSeconds: NO_TIME,
          facts: known,
          documented: null,
        } as const;
        expect(together.attribute(flow)).toEqual(together.explain(flow, null, 0).attribution);
      }),
      { numRuns: propertyRuns(5000) },
    );
  });

  it("are bounded: beyond the limit a flow is Apple's without a product, and counted", () => {
    const attributor = new Attributor(appleList, appleRules, 1);
    const of = (serverName: string) => {
      const flow = { transport: TCP, servicePort: 443, startSeconds: NO_TIME, documented: null } as const;
      const handshake = { ...noNames, serverName };
      return attributor.attribute({ ...flow, facts: { ...NO_FACTS, handshake } }).class;
    };
    expect(of("mesu.apple.com")).toBe("identified");
    expect(of("gs-loc.apple.com")).toBe("apple");
    expect(attributor.dropped).toBe(1);
  });
});
