/** What an attempt shows, in words. Text from packets is not escaped here, but during layout. */
import type { BlockedName, ReachTarget, ReachVerdict, VerdictCounts } from "../reports/reach/reach-report.ts";
import { countOf, formatCount } from "./render-units.ts";

const VERDICT_WORDS: Readonly<Record<ReachVerdict, string>> = {
  works: "works",
  answered: "answered",
  connected: "connected",
  unanswered: "unanswered",
  refused: "refused",
  prohibited: "prohibited",
  "one-way": "one-way",
  "closed-at-once": "closed at once",
  "answers-lost": "answers do not arrive",
  "went-dead": "went dead",
  "proxy-refused": "refused by the proxy",
  portal: "answered by a portal",
  "block-page": "answered by a block page",
  "foreign-certificate": "another's certificate",
  "one-direction": "one direction only",
  unclear: "still waiting",
  "fell-back": "fell back",
  "name-blocked": "name blocked",
  "never-tried": "never tried",
};

/** A verdict as people read it. */
export function verdictText(verdict: ReachVerdict): string {
  return VERDICT_WORDS[verdict];
}

/** The verdict of a target as people read it: a host that itself reports a closed port is not blocked by a rule. */
export function targetVerdictText({ verdict, unreachable, reporters, address }: ReachTarget): string {
  const isPort = unreachable.some((text) => text.includes("port unreachable"));
  return verdict === "prohibited" && isPort && reporters.includes(address) ? "closed" : verdictText(verdict);
}

const REFUSALS: Readonly<Record<BlockedName["how"], string>> = {
  nxdomain: "no such name (NXDOMAIN)",
  sinkhole: "a sinkhole address",
  refused: "REFUSED",
  servfail: "SERVFAIL",
  "no-data": "no address",
  "no-answer": "no answer",
};

/** How a name was kept from a client: `mesu.apple.com: 10.20.9.9 instead of an Apple address, 2 times`. */
export function nameText({ name, how, responses, addresses, resolvedForOthers }: BlockedName): string {
  const isAddress = how === "sinkhole" && addresses.length > 0;
  const what = isAddress ? `${addresses.join(", ")} instead of an Apple address` : REFUSALS[how];
  const others =
    resolvedForOthers === 0 ? "" : `; ${countOf(resolvedForOthers, "other client")} got an address`;
  const times =
    how === "no-answer"
      ? countOf(responses, "query").replace("querys", "queries")
      : countOf(responses, "time");
  return `${name}: ${what}, ${times}${others}`;
}

/** `3 of 5`: answered attempts, of all. */
export function workedText(...counts: readonly VerdictCounts[]): string {
  const works = counts.reduce((sum, one) => sum + (one.works ?? 0) + (one.answered ?? 0), 0);
  const all = counts.reduce(
    (sum, one) => sum + Object.values(one).reduce((total, count) => total + count, 0),
    0,
  );
  return all === 0 ? "-" : `${formatCount(works)} of ${formatCount(all)}`;
}

/** `17.57.144.10:5223`, `[2620:149::1]:5223`. */
export function endText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What its packets show: `5 SYNs, no answer`. */
export function seenText(target: ReachTarget): string {
  const seen = seenOf(target);
  const { fellBackTo } = target;
  return fellBackTo === null
    ? seen
    : `${seen}; then ${fellBackTo.transport} ${endText(fellBackTo)}, which works`;
}

function seenOf(target: ReachTarget): string {
  const { transport, packets, syns, unreachable, reporters } = target;
  switch (target.verdict) {
    case "works":
      return transport === "tcp" ? "data in both directions" : "answered";
    case "answered":
      return target.http === null ? "an answer came" : `HTTP ${target.http.status}`;
    case "connected":
      return target.zeroWindow
        ? "handshake completed with a window of 0, by something on the path"
        : "handshake completed, no answer to any data";
    case "answers-lost":
      return "the server answers, but the client acknowledges none of it";
    case "went-dead":
      return "answered at first; then the client retransmits, and nothing is acknowledged";
    case "proxy-refused":
      return `the proxy refuses: HTTP ${target.http?.status ?? "error"}`;
    case "portal":
      return portalText(target);
    case "block-page":
      return `HTTP ${target.http?.status ?? 403} instead of the host`;
    case "foreign-certificate":
      return "a certificate for names other than the requested one";
    case "unanswered":
      if (transport === "udp") return `${countOf(packets.originator, "packet")}, no answer`;
      if (packets.responder === 0) return `${countOf(syns, "SYN")}, no answer`;
      return "handshake completed, then nothing that the client sends is answered";
    case "refused":
      return "RST to the SYN";
    case "prohibited": {
      const by = reporters.length === 0 ? "" : ` (says ${reporters.join(", ")})`;
      return `${unreachable.join("; ")}${by}`;
    }
    case "one-way":
      if (transport === "tcp") return "SYN+ACKs that the client never acknowledges";
      return packets.originator === 0
        ? `${countOf(packets.responder, "packet")} from the service, none to it`
        : `${countOf(packets.originator, "packet")} one way, none back`;
    case "closed-at-once":
      return closedText(target);
    case "one-direction":
      return "the capture has one direction only";
    case "unclear":
      return unclearText(target);
  }
}

function portalText({ http }: ReachTarget): string {
  const to = http?.redirect === null || http === null ? "" : `, to ${http.redirect}`;
  return `HTTP ${http?.status ?? 302}${to}`;
}

/** One unanswered datagram, or packets whose answer may follow after the end of the capture. */
function unclearText({ transport, packets, syns }: ReachTarget): string {
  const sent = packets.originator + packets.responder;
  if (transport === "udp" && sent === 1) return "1 packet, no answer: a single packet may get lost";
  const isOnlySyns = transport === "tcp" && packets.responder === 0;
  const seen = isOnlySyns ? countOf(syns, "SYN") : countOf(sent, "packet");
  return `${seen}, no answer before the capture ended`;
}

function closedText({ alert, closedBy }: ReachTarget): string {
  if (alert !== null) {
    const who = alert.by === "originator" ? "client" : "server";
    return `TLS alert ${alert.number}${alert.name === null ? "" : ` ${alert.name}`} by the ${who}`;
  }
  if (closedBy === "originator") return "the client closes after the server's first answer";
  return "closed by the server, or on its behalf, instead of an answer";
}
