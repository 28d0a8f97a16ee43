/** How a flow's payload affects the rows of its port (docs/contract.md, "From port to candidates", "How a thing is known"). */
import { describe, expect, it } from "vitest";
import { Attributor } from "../../../src/evidence/attribution/attribution.ts";
import { fitRows } from "../../../src/evidence/attribution/row-fit.ts";
import { AppleSide, commonFacts, type FlowFacts } from "../../../src/evidence/observation/flow-facts.ts";
import type { ProductSign, Protocol } from "../../../src/net/application-protocols.ts";
import { NO_TIME } from "../../../src/net/moment.ts";
import { appleList, appleRules } from "../../support/analyze.ts";

const TCP = 0;
const UDP = 1;
const attributor = new Attributor(appleList, appleRules);
const YEAR = 365 * 86_400;
const IN_2025 = 55 * YEAR;

interface Spoken {
  readonly sign?: ProductSign;
  readonly isBeginning?: boolean;
  readonly some?: Partial<FlowFacts>;
  readonly startSeconds?: number;
}

function flowOf(
  transport: 0 | 1,
  servicePort: number | null,
  protocol: Protocol | null,
  spoken: Spoken = {},
) {
  const { sign = null, isBeginning = true, some = {}, startSeconds = NO_TIME } = spoken;
  const recognition = protocol === null ? null : { protocol, asks: 0 as const, sign };
  const facts = { ...commonFacts(null, isBeginning, AppleSide.NONE), recognition, ...some };
  return { transport, servicePort, startSeconds, facts, documented: null };
}

function told(transport: 0 | 1, port: number | null, protocol: Protocol | null, spoken: Spoken = {}) {
  const attribution = attributor.attribute(flowOf(transport, port, protocol, spoken));
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const { class: flowClass, reason, evidence, label, protocolSeen } = attribution;
  return {
    class: flowClass,
    reason,
    evidence,
    label: label?.name ?? null,
    protocol: attribution.protocol,
    protocolSeen,
    products: names(attribution.products),
    candidates: names(attribution.candidates),
    hints: names(attribution.hints),
  };
}

describe("payload that contradicts all matching rows", () => {
  it.each([
    [TCP, 80, "tls"],
    [TCP, 49_200, "dce-rpc"],
    [TCP, 8443, "ssh"],
    [UDP, 51_820, "wireguard"],
    [UDP, 50_004, "rtp"],
    [TCP, 53, "tls"],
  ] as const)("makes a flow to port %s/%s another's (%s)", (transport, port, protocol) => {
    expect(told(transport, port, protocol)).toEqual({
      class: "other",
      reason: "other-protocol",
      evidence: null,
      label: null,
      protocol,
      protocolSeen: false,
      products: [],
      candidates: [],
      hints: [],
    });
  });

  it("is ignored if the first payload was not captured, or the row allows any protocol", () => {
    expect(told(TCP, 80, "tls", { isBeginning: false })).toMatchObject({ class: "listed", protocol: "tls" });
    expect(told(UDP, 7, "rtp")).toMatchObject({ class: "unlisted", reason: "no-product-listed" });
  });

  it("changes nothing for unlisted ports and unknown service sides", () => {
    expect(told(TCP, 6881, "bittorrent")).toMatchObject({
      reason: "port-not-listed",
      protocol: "bittorrent",
    });
    expect(told(UDP, null, "rtp")).toMatchObject({ reason: "side-unknown", protocol: "rtp" });
  });

  it("never outranks evidence of Apple at the other end", () => {
    const some = { isAppleAddress: true };
    expect(told(TCP, 80, "tls", { some })).toMatchObject({ class: "apple", evidence: "address" });
  });

  it("removes the label, because it is not the usual protocol of the port", () => {
    const handshake = {
      serverName: "www.example.org",
      nameSource: "tls" as const,
      alpn: [],
      hasEncryptedHello: false,
      userAgentProcess: null,
      userAgent: null,
      rfbVersion: null,
      certificateNames: [],
    };
    expect(told(TCP, 80, "http", { some: { handshake } })).toMatchObject({
      reason: "not-apple",
      label: "World Wide Web",
    });
    expect(told(TCP, 80, "tls", { some: { handshake } })).toMatchObject({ reason: "not-apple", label: null });
  });
});

describe("payload that confirms a row", () => {
  it("is reported as seen, and identifies nobody", () => {
    expect(told(TCP, 22, "ssh")).toMatchObject({ class: "listed", protocolSeen: true });
    expect(told(TCP, 443, "tls", { isBeginning: false })).toMatchObject({ protocolSeen: true });
  });

  it("is not reported as seen if the protocol is only permitted there", () => {
    expect(told(TCP, 25, "tls")).toMatchObject({ class: "listed", protocol: "tls", protocolSeen: false });
  });

  it("selects the confirmed rows if several match", () => {
    const match = appleList.lookup(UDP, 16_402);
    const { facts } = flowOf(UDP, 16_402, "sip");
    const fit = fitRows(match, facts, (row) => appleList.protocolsOf(row));
    expect([fit.isSeen, fit.isContradicted]).toEqual([true, false]);
  });

  it("restores a product that had ended if no other is left", () => {
    expect(told(UDP, 50_004, null, { startSeconds: IN_2025 })).toMatchObject({ reason: "product-ended" });
    const again = told(UDP, 50_004, "esp-udp", { startSeconds: IN_2025 });
    expect(again).toMatchObject({ class: "range", candidates: ["Back to My Mac"], protocolSeen: true });
    const others = told(UDP, 4500, "ike", { startSeconds: IN_2025 });
    expect(others.candidates).not.toContain("Back to My Mac");
  });
});

describe("protocol signs of products", () => {
  it("are required if the first payload was captured: plain DHCP has no product, BSDP is NetBoot", () => {
    expect(told(UDP, 67, "dhcp")).toMatchObject({ class: "unlisted", reason: "no-product-listed" });
    expect(told(UDP, 67, null, { isBeginning: false })).toMatchObject({ candidates: ["NetBoot"] });
    expect(told(UDP, 67, "dhcp", { sign: "bsdp" })).toMatchObject({
      class: "identified",
      evidence: "protocol",
      products: ["NetBoot"],
    });
  });

  it("are required for Kerberos: a Mac's local realm points to screen sharing", () => {
    expect(told(TCP, 88, "kerberos").candidates).not.toContain("Screen Sharing");
    const own = told(TCP, 88, "kerberos", { sign: "apple-lkdc" });
    expect(own).toMatchObject({ class: "listed" });
    expect(own.candidates).toContain("Screen Sharing");
  });

  it("decide for SSDP: only searches for a gateway belong to the row", () => {
    expect(told(UDP, 1900, "ssdp")).toMatchObject({ class: "other", reason: "other-protocol" });
    const search = told(UDP, 1900, "ssdp", { sign: "gateway-search", startSeconds: IN_2025 });
    expect(search).toMatchObject({ class: "listed", candidates: ["Bonjour"], protocolSeen: true });
  });

  it("suffice if only that product speaks the protocol", () => {
    const afp = told(TCP, 548, "afp");
    expect(afp).toMatchObject({ class: "identified", evidence: "protocol" });
    expect(afp.products).toContain("Personal File Sharing");
  });

  it("add a hint and leave the candidates unchanged", () => {
    expect(told(UDP, 3283, "ard")).toMatchObject({ class: "listed", hints: ["Apple Remote Desktop"] });
  });
});

describe("protocol attributions", () => {
  it("are one object for flows of the same protocol", () => {
    const first = attributor.attribute(flowOf(TCP, 22, "ssh"));
    expect(attributor.attribute(flowOf(TCP, 22, "ssh"))).toBe(first);
    expect(attributor.attribute(flowOf(TCP, 22, null))).not.toBe(first);
    expect(attributor.attribute(flowOf(TCP, 22, "ssh", { isBeginning: false }))).toBe(first);
  });

  it("explain the protocol, who asked, and its effect on the rows", () => {
    const explained = attributor.explain(flowOf(TCP, 80, "tls"), null, 0);
    expect(explained.spoken).toEqual({
      protocol: "tls",
      askedBy: "originator",
      sign: null,
      rows: "contradicted",
      firstBytes: null,
    });
    expect(attributor.explain(flowOf(TCP, 22, "ssh"), null, 1).spoken).toMatchObject({
      askedBy: "responder",
      rows: "confirmed",
    });
    expect(attributor.explain(flowOf(TCP, 22, null), null, 0).spoken).toBeNull();
  });

  it("use ports only if no rules are given", () => {
    const alone = new Attributor(appleList, null);
    expect(alone.attribute(flowOf(TCP, 80, "tls"))).toMatchObject({ class: "listed", protocol: null });
  });
});
