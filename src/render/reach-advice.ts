/** The likely cause of a failure and the remedy, selected by what the packets show. Texts are data (`data/advice.tsv`). */
import type { Advice } from "../knowledge/advice/advice.ts";
import type { BlockedName, ReachTarget } from "../reports/reach/reach-report.ts";
import { shellWord } from "../shell-word.ts";
import { endText } from "./render-reach-words.ts";

/** Payload bytes below which a segment fits any path: 1,280 (RFC 8200, 5) without the headers of IPv6 and TCP, and options. */
const SMALL_SEGMENT = 1180;

/** The likely cause of a target's failure. */
export function causeOf(target: ReachTarget, advice: Advice): string {
  const { transport, port, http } = target;
  switch (target.verdict) {
    case "unanswered":
      if (isBehindHandshake(target)) return advice.text(unansweredDataOf(target), {});
      return `${advice.text(`cause-unanswered-${transport}`, { port })} ${advice.text("cause-silence", {})}`;
    case "refused":
    case "answers-lost":
    case "went-dead":
    case "portal":
    case "block-page":
    case "foreign-certificate":
      return advice.text(`cause-${target.verdict}`, {});
    case "proxy-refused":
      return advice.text("cause-proxy-refused", { status: `HTTP ${http?.status ?? "error"}` });
    case "prohibited":
      return prohibitionOf(target, advice);
    case "one-way":
      return advice.text(`cause-one-way-${transport}`, {});
    case "closed-at-once":
      return advice.text(isClosedByClient(target) ? "cause-closed-by-client" : "cause-closed-by-server", {});
    case "unclear":
      return "The cause is unknown: the capture ends too soon after the attempt, or shows only one datagram. Capture for longer.";
    case "answered":
    case "connected":
      return "It was answered, but the capture does not show that it works: nothing was requested, or the capture ends before.";
    default:
      return "The cause is unknown: capture both directions, at the client or on a port that mirrors both.";
  }
}

/** What to allow, or null if nothing is missing. Ports that are open already are never advised. */
export function ruleOf(target: ReachTarget, advice: Advice): string | null {
  const { verdict, transport, address, port } = target;
  const name = target.name ?? address;
  const host = target.name === null ? address : `${name} (${address})`;
  if (target.fellBackTo !== null && target.fellBackTo.port === port)
    return advice.text("rule-family", { family: address.includes(":") ? "IPv6" : "IPv4" });
  switch (verdict) {
    case "unanswered":
      if (isBehindHandshake(target)) {
        if (unansweredDataOf(target) === "cause-large-packets") return advice.text("rule-mtu", {});
        return advice.text("rule-server-name", { name });
      }
      return allow(target, host, advice);
    case "refused":
    case "prohibited":
      return allow(target, host, advice);
    case "one-way":
      return advice.text("rule-allow-both-ways", { transport, host, port });
    case "closed-at-once":
      return isClosedByClient(target)
        ? advice.text("rule-inspection", { host, port })
        : advice.text("rule-server-name", { name });
    case "foreign-certificate":
      return advice.text("rule-inspection", { host, port });
    case "answers-lost":
      return advice.text("rule-mtu", {});
    case "went-dead":
      return advice.text("rule-idle", { port });
    case "proxy-refused":
      return advice.text("rule-proxy", { name });
    case "portal":
      return advice.text("rule-portal", { name });
    case "block-page":
      return advice.text("rule-block-page", { name });
    default:
      return null;
  }
}

/** The command that writes the missing rules, for pasting; null if port rules change nothing. */
export function commandOf(target: ReachTarget, products: readonly string[]): string | null {
  const { verdict, fellBackTo } = target;
  const isShut = verdict === "refused" || verdict === "prohibited" || verdict === "one-way";
  const isSilent = verdict === "unanswered" && !isBehindHandshake(target);
  if (!(isShut || isSilent) || products.length === 0 || fellBackTo !== null) return null;
  // Rules for a router require the inside, known only to the user: a list requires nothing.
  return `appleflow rules ${products.map(shellWord).join(" ")} --format markdown`;
}

/** The likely cause of a name being kept from a client. */
export function causeOfName({ how, addresses }: BlockedName, advice: Advice): string {
  const isPrivate = how === "sinkhole" && addresses.some((address) => !NOBODY.test(address));
  return advice.text(isPrivate ? "cause-name-private" : `cause-name-${how}`, {});
}

/** The remedy for a name. */
export function ruleOfName({ how, name }: BlockedName, advice: Advice): string {
  if (how === "no-answer" || how === "servfail") return advice.text("rule-resolver", { name });
  return advice.text("rule-name", { name }, name);
}

/** Addresses that no host has. */
const NOBODY = /^(?:0\.|127\.|::1?$)/;

function allow({ transport, port }: ReachTarget, host: string, advice: Advice): string {
  return `${advice.text("rule-allow", { transport, host, port })} ${advice.text("rule-allow-names", {})}`;
}

/** A handshake went through: the port is open. */
function isBehindHandshake({ transport, packets }: ReachTarget): boolean {
  return transport === "tcp" && packets.responder > 0;
}

/** The retransmitted segments decide: small ones fit any path. */
function unansweredDataOf({ shortestRepeat }: ReachTarget) {
  if (shortestRepeat === null) return "cause-unanswered-data";
  return shortestRepeat < SMALL_SEGMENT ? "cause-hello-dropped" : "cause-large-packets";
}

function prohibitionOf({ unreachable, reporters, address }: ReachTarget, advice: Advice): string {
  const by = reporters.length === 0 ? "A router" : reporters.join(", ");
  const text = unreachable.join(" ");
  if (/prohibited|policy|rejected/.test(text)) return advice.text("cause-prohibited", { by });
  if (!text.includes("port unreachable")) return advice.text("cause-prohibited-route", { by });
  return advice.text("cause-prohibited-port", {
    by: reporters.includes(address) ? `The host ${address}` : by,
  });
}

function isClosedByClient({ alert, closedBy }: ReachTarget): boolean {
  return (alert?.by ?? closedBy) === "originator";
}

/** The owner of the name at a target's address, if only other clients show it. */
export function namedByOthersText(target: ReachTarget): string | null {
  const { namedByOthers, name } = target;
  if (namedByOthers === 0 || name === null) return null;
  const who = namedByOthers === 1 ? "another client" : `${namedByOthers} other clients`;
  return `${endText(target)} is ${name} to ${who}`;
}
