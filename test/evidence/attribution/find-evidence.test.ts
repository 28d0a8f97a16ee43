/** From what a capture shows of a flow to findings, by the project's own rules, and what Attributor makes of them. */
import { describe, expect, it } from "vitest";
import { Attributor } from "../../../src/evidence/attribution/attribution.ts";
import { findEvidence } from "../../../src/evidence/attribution/find-evidence.ts";
import {
  APPLE_ADDRESS_FACTS,
  type FlowFacts,
  NO_FACTS,
} from "../../../src/evidence/observation/flow-facts.ts";
import type { HandshakeNames } from "../../../src/evidence/observation/handshake.ts";
import { appleList, appleRules } from "../../support/analyze.ts";

const TCP = 0;
const UDP = 1;
const NO_NAMES: HandshakeNames = {
  serverName: null,
  nameSource: null,
  alpn: [],
  hasEncryptedHello: false,
  userAgentProcess: null,
  rfbVersion: null,
};

const facts = (some: Partial<FlowFacts>): FlowFacts => ({ ...NO_FACTS, ...some });
const handshake = (some: Partial<HandshakeNames>) => facts({ handshake: { ...NO_NAMES, ...some } });
const sni = (serverName: string) => handshake({ serverName, nameSource: "tls" });

/** What each finding says: products by name, or the verdict. */
function said(of: FlowFacts): string[] {
  return findEvidence(of, appleRules).map(({ verdict }) =>
    verdict.says === "products" ? verdict.products.map(({ name }) => name).join(", ") : verdict.says,
  );
}

function attributed(transport: 0 | 1, port: number, of: FlowFacts) {
  const { candidates, evidence, reason, isOffList } = new Attributor(appleList, appleRules).attribute(
    transport,
    port,
    of,
  );
  return { candidates: candidates.map(({ name }) => name), evidence, reason, isOffList };
}

describe("a server name", () => {
  it("is whose its domain is", () => {
    expect(said(sni("mesu.apple.com"))).toEqual(["Software Update"]);
    expect(said(sni("www.example.com"))).toEqual(["not-apple"]);
    expect(said(sni("fakeapple.com"))).toEqual(["not-apple"]);
    expect(said(sni("apple.com.evil.example"))).toEqual(["not-apple"]);
  });

  it("says nothing where anybody may use it", () => {
    const names = [
      "10.0.0.5",
      "[fe80::1]",
      "fe80::1",
      "printer",
      "annas-mac.local",
      "nas.home.arpa",
      "x.corp",
    ];
    for (const name of [...names, "evil\u001b.apple.com", "b\u00fccher.example"]) {
      expect([name, said(sni(name))]).toEqual([name, ["nothing"]]);
    }
  });

  it("says nothing where it is what providers show in place of encrypted ones", () => {
    expect(said(sni("cloudflare-ech.com"))).toEqual(["nothing"]);
  });
});

describe("ALPN", () => {
  it("decides push on any port, whatever the name says", () => {
    const push = handshake({ serverName: "www.example.com", nameSource: "tls", alpn: ["apns-security-v3"] });
    expect(attributed(TCP, 443, push)).toEqual({
      candidates: ["Push notifications"],
      evidence: "server-name",
      reason: null,
      isOffList: false,
    });
    expect(attributed(TCP, 2197, push).isOffList).toBe(true);
    expect(said(handshake({ alpn: ["h2", "http/1.1"] }))).toEqual([]);
  });
});

describe("what else a handshake tells", () => {
  it("is Apple's greeting of screen sharing", () => {
    expect(attributed(TCP, 5901, handshake({ rfbVersion: "003.889" }))).toEqual({
      candidates: ["Screen Sharing", "Apple Remote Desktop"],
      evidence: "server-name",
      reason: null,
      isOffList: true,
    });
  });

  it("is nothing where the greeting is that of any VNC server", () => {
    expect(said(handshake({ rfbVersion: "003.008" }))).toEqual([]);
  });

  it("is the program behind a user agent, but not one that acts for others", () => {
    expect(said(handshake({ userAgentProcess: "apsd" }))).toEqual(["Push notifications"]);
    expect(said(handshake({ userAgentProcess: "nsurlsessiond" }))).toEqual(["nothing"]);
    expect(said(handshake({ userAgentProcess: "SomebodysApp" }))).toEqual(["nothing"]);
  });
});

describe("a process", () => {
  it("is the strongest evidence, unless it acts for others", () => {
    const apsd = facts({ process: "apsd", handshake: sni("gateway.icloud.com").handshake });
    expect(attributed(TCP, 443, apsd)).toMatchObject({
      candidates: ["Push notifications"],
      evidence: "process",
    });
    const other = facts({ process: "nsurlsessiond", handshake: sni("setup.icloud.com").handshake });
    expect(attributed(TCP, 443, other)).toMatchObject({ candidates: ["iCloud"], evidence: "server-name" });
  });
});

describe("names of an address", () => {
  it("are weaker than the name that was sent", () => {
    const both = facts({
      handshake: sni("mesu.apple.com").handshake,
      addressNames: ["gateway.icloud.com"],
    });
    expect(attributed(TCP, 443, both)).toMatchObject({
      candidates: ["Software Update"],
      evidence: "server-name",
    });
    expect(attributed(UDP, 443, facts({ addressNames: ["mask.icloud.com"] }))).toMatchObject({
      candidates: ["iCloud Private Relay"],
      evidence: "name",
      isOffList: true,
    });
  });

  it("leave open what one of them leaves open", () => {
    const shared = ["mesu.apple.com", "captive.apple.com"];
    expect(said(facts({ addressNames: shared }))).toEqual(["Software Update, Captive portal check"]);
    expect(said(facts({ addressNames: [...shared, "www.example.com"] }))).toEqual(["nothing"]);
    expect(said(facts({ addressNames: ["www.example.com", "cdn.example.net"] }))).toEqual(["not-apple"]);
  });
});

describe("an announced service", () => {
  it("is what its type is", () => {
    expect(attributed(TCP, 7000, facts({ serviceTypes: ["_airplay._tcp"] }))).toMatchObject({
      candidates: ["AirPlay"],
      evidence: "name",
      isOffList: true,
    });
    expect(said(facts({ serviceTypes: ["_unheard-of._tcp"] }))).toEqual(["nothing"]);
  });
});

describe("an address of Apple's", () => {
  it("never names a product", () => {
    expect(attributed(UDP, 443, APPLE_ADDRESS_FACTS)).toMatchObject({
      candidates: [],
      reason: "port-not-listed",
    });
    expect(attributed(TCP, 443, APPLE_ADDRESS_FACTS).candidates).not.toContain("TLS websites");
    expect(attributed(TCP, 443, APPLE_ADDRESS_FACTS).evidence).toBe("address");
  });
});

describe("the same facts", () => {
  it("give the same object, different ones that end alike as well", () => {
    const attributor = new Attributor(appleList, appleRules);
    const one = attributor.attribute(TCP, 443, sni("mesu.apple.com"));
    expect(attributor.attribute(TCP, 443, sni("swcdn.apple.com"))).toBe(one);
    expect(attributor.attribute(TCP, 443, sni("gateway.icloud.com"))).not.toBe(one);
    expect(Object.isFrozen(one)).toBe(true);
  });

  it("are remembered for a while only: strangers choose them", () => {
    const attributor = new Attributor(appleList, appleRules);
    const before = attributor.attribute(TCP, 443, NO_FACTS);
    for (let i = 0; i < 70_000; i++)
      attributor.attribute(TCP, 443, facts({ addressNames: [`n${i}.example`] }));
    expect(attributor.attribute(TCP, 443, NO_FACTS)).toBe(before);
  });
});
