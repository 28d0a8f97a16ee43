/** Decides which Apple names were blocked for a client, and which merely do not exist. */
import type { NameFate, RefusedName } from "../../evidence/observation/refused-names.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { HostMatch } from "../../knowledge/evidence/host-rules.ts";
import { formatAddressKey, ipv4Key, ipv6Key } from "../../net/address-key.ts";
import { ipv4Within, isPrivateAddress } from "../../net/address-scopes.ts";
import { parseIpv4Text, parseIpv6Words } from "../../net/address-text.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { CaptureSummary } from "../capture-summary.ts";
import { type BlockedName, isFailure, type MissingName, type ReachTarget } from "./reach-report.ts";

/** An answer takes less than this: resolvers themselves give up on a query after a few seconds. */
const PATIENCE_SECONDS = 3;
/**
 * Labels that clients look up in their own domain, whatever it is, to discover proxy settings or a tunnel (WPAD; RFC 5214,
 * 8.3).
 */
const DISCOVERY_LABELS: ReadonlySet<string> = new Set(["wpad", "isatap"]);

/** Input of {@link judgeNames}. */
export interface NameEvidence {
  readonly capture: CaptureSummary;
  readonly rules: EvidenceRules | null;
  readonly refused: readonly RefusedName[];
  /** The capture shows one direction only, so missing answers mean nothing. */
  readonly isOneDirection: boolean;
}

/** Names that were blocked for a client, and names that need not exist; both sorted. */
export function judgeNames(
  { capture, rules, refused, isOneDirection }: NameEvidence,
  targets: readonly ReachTarget[],
): { readonly blockedNames: readonly BlockedName[]; readonly missingNames: readonly MissingName[] } {
  const blocked: BlockedName[] = [];
  const missing: MissingName[] = [];
  if (rules === null) return { blockedNames: blocked, missingNames: missing };
  const reached = new Set(targets.filter(isReached).map(keyOfTarget));
  for (const name of refused) {
    const match = rules.hosts.matchDnsName(name.name);
    const client = formatAddressKey(name.client);
    if (match === null || reached.has(JSON.stringify([client, name.name]))) continue;
    if (name.kind === "no-answer" && !isWaitedFor(name, capture, isOneDirection)) continue;
    const why = whyMissing(name, match, rules);
    if (why !== null) missing.push({ name: name.name, client, how: name.kind, why });
    else blocked.push(describe(name, client, match));
  }
  const sinkholed = new Set(blocked.filter(({ how }) => how === "sinkhole").map(keyOfTarget));
  // A resolver that returns a fake address for one version of IP returns none for the other.
  const reported = blocked.filter((one) => !EMPTY.has(one.how) || !sinkholed.has(keyOfTarget(one)));
  return { blockedNames: reported.sort(compareNames), missingNames: missing.sort(compareNames) };
}

const EMPTY: ReadonlySet<NameFate> = new Set(["nxdomain", "no-data"]);

function describe(
  { name, kind, times, addresses, resolvedForOthers }: RefusedName,
  client: string,
  match: HostMatch,
): BlockedName {
  return {
    name,
    client,
    how: kind,
    responses: times,
    addresses: addresses.map(formatAddressKey),
    resolvedForOthers,
    products: match.products.map((product) => product.name),
  };
}

/** The name led to a public server that answered. */
function isReached({ verdict, address }: ReachTarget): boolean {
  return !isFailure(verdict) && !isPrivateText(address);
}

/** Like `isPrivateAddress`, for an address as text; false for text that is none (a pseudonym). */
function isPrivateText(text: string): boolean {
  const ipv4 = parseIpv4Text(text);
  if (ipv4 !== null) return isPrivateAddress(ipv4Key(ipv4.address));
  const words = parseIpv6Words(text);
  return words !== null && isPrivateAddress(ipv6Key(...words));
}

/** A client that repeats its query with the same identification has missed the answer, whatever the capture shows. */
function isWaitedFor(
  { firstSeconds, repeated }: RefusedName,
  { end }: CaptureSummary,
  isOneDirection: boolean,
): boolean {
  if (firstSeconds === NO_TIME || end === null || (isOneDirection && repeated === 0)) return false;
  return Date.parse(end) / 1000 >= firstSeconds + 1 + PATIENCE_SECONDS;
}

/** Why it is normal that a name does not exist; null if it is not normal. */
function whyMissing(
  { name, kind, isAuthoritative, addresses }: RefusedName,
  match: HostMatch,
  { hosts }: EvidenceRules,
): MissingName["why"] | null {
  if (isAuthoritative) return "no-such-name";
  const labels = name.split(".");
  if (DISCOVERY_LABELS.has(labels[0])) return "proxy-discovery";
  // An Apple name followed by an Apple domain.
  const isDoubled = labels.some(
    (_, i) => i > 1 && i < labels.length - 1 && hosts.matchDnsName(labels.slice(0, i).join(".")) !== null,
  );
  if (isDoubled) return "search-suffix";
  return isCatchAll(match, name) && mayBeUnknown(kind, addresses) ? "unknown-name" : null;
}

/** What a zone answers for a nonexistent name, or for one that a local resolver has overridden. */
function mayBeUnknown(kind: NameFate, addresses: RefusedName["addresses"]): boolean {
  if (kind === "sinkhole") return addresses.every(isPrivateAddress) && !addresses.some(isLoopback);
  return kind !== "refused";
}

function isLoopback(address: RefusedName["addresses"][number]): boolean {
  const ipv4 = ipv4Within(address);
  return ipv4 !== null && (ipv4 >>> 24 === 127 || ipv4 >>> 24 === 0);
}

/** Whether a name is known only because its whole domain is Apple's (".apple.com"). */
function isCatchAll({ rule }: HostMatch, name: string): boolean {
  return rule.startsWith(".") && rule.split(".").length === 3 && rule !== `.${name}`;
}

function keyOfTarget({ client, name }: Pick<ReachTarget, "client" | "name">): string {
  return JSON.stringify([client, name]);
}

interface SortedName {
  readonly name: string;
  readonly client: string;
  readonly how: NameFate;
}

function compareNames(a: SortedName, b: SortedName): number {
  const [left, right] = [a, b].map(({ name, client, how }) => JSON.stringify([name, client, how]));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
