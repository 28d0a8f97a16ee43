/** From observed facts to findings, by the project's own rules, and the resulting attributions. */
import { describe, expect, it } from "vitest";
import { Attributor } from "../../../src/evidence/attribution/attribution.ts";
import { findEvidence } from "../../../src/evidence/attribution/find-evidence.ts";
import {
  AppleSide,
  commonFacts,
  type FlowFacts,
  NO_FACTS,
} from "../../../src/evidence/observation/flow-facts.ts";
import type { HandshakeNames } from "../../../src/evidence/observation/handshake.ts";
import { NO_TIME } from "../../../src/net/moment.ts";
import { appleList, appleRules } from "../../support/analyze.ts";

const TCP = 0;
const UDP = 1;
const NO_NAMES: HandshakeNames = {
  serverName: null,
  nameSource: null,
  alpn: [],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};

const facts = (some: Partial<FlowFacts>): FlowFacts => ({ ...NO_FACTS, ...some });
const handshake = (some: Partial<HandshakeNames>) => facts({ handshake: { ...NO_NAMES, ...some } });
const sni = (serverName: string) => handshake({ serverName, nameSource: "tls" });

/** The result of each finding: products by name, or the owner of the end. */
function said(of: FlowFacts): string[] {
  return findEvidence(of, appleRules).map(({ verdict }) =>
    verdict.says === "products" ? verdict.products.map(({ name }) => name).join(", ") : verdict.says,
  );
}

function flowOf(transport: 0 | 1, servicePort: number, of: FlowFacts) {
  return { transport, servicePort, startSeconds: NO_TIME, facts: of, documented: null };
}

function attributed(transport: 0 | 1, port: number, of: FlowFacts) {
  const {
    class: flowClass,
    products,
    evidence,
    offList,
  } = new Attributor(appleList, appleRules).attribute(flowOf(transport, port, of));
  const names = products.map(({ name }) => name);
  return { class: flowClass, products: names, evidence, offList: offList.map(({ name }) => name) };
}

describe("a server name", () => {
  it("belongs to the owner of its domain", () => {
    expect(said(sni("mesu.apple.com"))).toEqual(["Software Update"]);
    expect(said(sni("www.example.com"))).toEqual(["not-apple"]);
    expect(said(sni("fakeapple.com"))).toEqual(["not-apple"]);
    expect(said(sni("apple.com.evil.example"))).toEqual(["not-apple"]);
  });

  it("is no evidence on a domain that anyone may use", () => {
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

  it("is no evidence if providers use it in place of encrypted names", () => {
    expect(said(sni("cloudflare-ech.com"))).toEqual(["nothing"]);
  });
});

describe("a certificate", () => {
  const certificate = (...certificateNames: string[]) => handshake({ certificateNames });

  it("belongs to the owner of its names", () => {
    expect(said(certificate("mesu.apple.com"))).toEqual(["Software Update"]);
    expect(said(certificate("mesu.apple.com", "albert.apple.com"))).toEqual([
      "Software Update, Device activation",
    ]);
    expect(said(certificate("www.example.com", "*.example.com"))).toEqual(["not-apple"]);
    expect(said(certificate("mesu.apple.com", "unknown-thing.apple.com"))).toEqual(["apple"]);
    expect(said(certificate("mesu.apple.com", "www.example.com"))).toEqual(["nothing"]);
    expect(said(certificate("nas.local", "10.0.0.5", "printer"))).toEqual(["nothing"]);
  });

  it("with a wildcard names a product only if all matching names do", () => {
    expect(said(certificate("*.shazam.com", "shazam.com"))).toEqual(["Shazam"]);
    expect(said(certificate("*.push.apple.com"))).toEqual(["apple"]);
    expect(said(certificate("*.icloud.com"))).toEqual(["apple"]);
    // Hosts of many customers, one of which is Apple.
    expect(said(certificate("*.com.akadns.net"))).toEqual(["nothing"]);
    for (const name of ["*.com", "*", "*.local", "*.corp", "*.home.arpa", "*.evil\u001b.apple.com"]) {
      expect([name, said(certificate(name))]).toEqual([name, ["nothing"]]);
    }
  });

  it("outranks DNS names, and is outranked by a process", () => {
    const names = facts({ ...certificate("mesu.apple.com"), addressNames: ["www.example.com"] });
    expect(attributed(TCP, 443, names)).toMatchObject({
      class: "identified",
      products: ["Software Update"],
      evidence: "certificate",
    });
    const foreign = facts({ ...certificate("www.example.com"), addressNames: ["mesu.apple.com"] });
    expect(attributed(TCP, 443, foreign)).toMatchObject({ class: "other", evidence: "certificate" });
    expect(attributed(TCP, 443, { ...names, process: "apsd" })).toMatchObject({ evidence: "process" });
  });

  it("reports all its names and their rules", () => {
    const [finding] = findEvidence(certificate("mesu.apple.com", "*.shazam.com"), appleRules);
    expect(finding).toMatchObject({
      grade: "certificate",
      what: "certificate for mesu.apple.com, *.shazam.com",
      rule: "=mesu.apple.com, .shazam.com",
      end: "apple",
    });
  });
});

describe("an ALPN of push", () => {
  it("identifies push on any port, whatever the server name", () => {
    const push = handshake({ serverName: "www.example.com", nameSource: "tls", alpn: ["apns-security-v3"] });
    expect(attributed(TCP, 443, push)).toEqual({
      class: "identified",
      products: ["Push notifications"],
      evidence: "protocol",
      offList: [],
    });
    expect(attributed(TCP, 2197, push).offList).toEqual(["Push notifications"]);
    expect(said(handshake({ alpn: ["h2", "http/1.1"] }))).toEqual([]);
  });
});

describe("other evidence in a handshake", () => {
  it("includes Apple's banner of screen sharing", () => {
    expect(attributed(TCP, 5901, handshake({ rfbVersion: "003.889" }))).toEqual({
      class: "identified",
      products: ["Apple Remote Desktop", "Screen Sharing"],
      evidence: "protocol",
      offList: ["Apple Remote Desktop", "Screen Sharing"],
    });
  });

  it("excludes the banner of any VNC server", () => {
    expect(said(handshake({ rfbVersion: "003.008" }))).toEqual([]);
  });

  it("includes the program behind a user agent, unless it acts for others", () => {
    expect(said(handshake({ userAgentProcess: "apsd" }))).toEqual(["Push notifications"]);
    expect(said(handshake({ userAgentProcess: "nsurlsessiond" }))).toEqual(["nothing"]);
    expect(said(handshake({ userAgentProcess: "SomebodysApp" }))).toEqual(["nothing"]);
  });
});

describe("a process", () => {
  it("is the strongest evidence, unless it acts for others", () => {
    const apsd = facts({ process: "apsd", handshake: sni("gateway.icloud.com").handshake });
    expect(attributed(TCP, 443, apsd)).toMatchObject({
      products: ["Push notifications"],
      evidence: "process",
    });
    const other = facts({ process: "nsurlsessiond", handshake: sni("setup.icloud.com").handshake });
    expect(attributed(TCP, 443, other)).toMatchObject({ products: ["iCloud"], evidence: "server-name" });
  });

  it("of Apple's without a product makes the flow Apple's; an unknown one is no evidence", () => {
    expect(said(facts({ process: "configd" }))).toEqual(["apple"]);
    expect(said(facts({ process: "SomebodysApp" }))).toEqual(["nothing"]);
    expect(attributed(TCP, 443, facts({ process: "configd" })).class).toBe("apple");
    expect(attributed(UDP, 67, facts({ process: "configd" })).class).toBe("listed");
  });

  it("of another maker, or a browser, overrides what the port allows", () => {
    expect(said(facts({ process: "Discord" }))).toEqual(["not-apple"]);
    expect(said(facts({ process: "Safari" }))).toEqual(["not-apple"]);
    expect(attributed(UDP, 50_000, facts({ process: "Discord" })).class).toBe("other");
    const page = facts({ process: "Safari", handshake: sni("mesu.apple.com").handshake });
    expect(attributed(TCP, 443, page)).toMatchObject({ class: "identified", products: ["Software Update"] });
  });
});

describe("DNS names of an address", () => {
  it("are weaker than the name that the client sent", () => {
    const both = facts({
      handshake: sni("mesu.apple.com").handshake,
      addressNames: ["gateway.icloud.com"],
    });
    expect(attributed(TCP, 443, both)).toMatchObject({
      products: ["Software Update"],
      evidence: "server-name",
    });
    expect(attributed(UDP, 443, facts({ addressNames: ["mask.icloud.com"] }))).toMatchObject({
      products: ["iCloud Private Relay"],
      evidence: "name",
      offList: ["iCloud Private Relay"],
    });
  });

  it("are as ambiguous as the most ambiguous of them", () => {
    const shared = ["mesu.apple.com", "captive.apple.com"];
    expect(said(facts({ addressNames: shared }))).toEqual(["Software Update, Captive portal check"]);
    expect(said(facts({ addressNames: [...shared, "www.example.com"] }))).toEqual(["nothing"]);
    expect(said(facts({ addressNames: ["www.example.com", "cdn.example.net"] }))).toEqual(["not-apple"]);
  });
});

describe("an announced service", () => {
  it("is identified by its type", () => {
    expect(attributed(TCP, 7000, facts({ serviceTypes: ["_airplay._tcp"] }))).toMatchObject({
      products: ["AirPlay"],
      evidence: "name",
      offList: ["AirPlay"],
    });
    expect(said(facts({ serviceTypes: ["_unheard-of._tcp"] }))).toEqual(["nothing"]);
  });
});

describe("an address of Apple's", () => {
  it("never names a product", () => {
    for (const [transport, port] of [
      [UDP, 443],
      [TCP, 443],
      [TCP, 60000],
    ] as const) {
      expect(attributed(transport, port, commonFacts(null, false, AppleSide.SERVICE))).toEqual({
        class: "apple",
        products: [],
        evidence: "address",
        offList: [],
      });
    }
  });
});

describe("the label of other companies' traffic", () => {
  it("comes from the row of the port; on 443/udp from that of 443/tcp", () => {
    const attributor = new Attributor(appleList, appleRules);
    const label = (transport: 0 | 1, port: number) =>
      attributor.attribute(flowOf(transport, port, sni("www.example.com"))).label?.name ?? null;
    expect([label(UDP, 444), label(UDP, 443), label(TCP, 443), label(UDP, 445)]).toEqual([
      null,
      "TLS websites",
      "TLS websites",
      null,
    ]);
  });
});

describe("equal facts", () => {
  it("give the same object, as do different facts with the same result", () => {
    const attributor = new Attributor(appleList, appleRules);
    const one = attributor.attribute(flowOf(TCP, 443, sni("mesu.apple.com")));
    expect(attributor.attribute(flowOf(TCP, 443, sni("swcdn.apple.com")))).toBe(one);
    expect(attributor.attribute(flowOf(TCP, 443, sni("gateway.icloud.com")))).not.toBe(one);
    expect(Object.isFrozen(one)).toBe(true);
  });

  it("are cached only for a while, because remote hosts choose them", () => {
    const attributor = new Attributor(appleList, appleRules);
    const before = attributor.attribute(flowOf(TCP, 443, NO_FACTS));
    for (let i = 0; i < 70_000; i++)
      attributor.attribute(flowOf(TCP, 443, facts({ addressNames: [`n${i}.example`] })));
    expect(attributor.attribute(flowOf(TCP, 443, NO_FACTS))).toBe(before);
  });
});
