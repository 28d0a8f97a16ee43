/** DNS (RFC 1035): a client queries the office's resolver for what it needs to reach a host. */
import {
  address,
  alias,
  type BuiltRecord,
  binding,
  buildDns,
  QUERY_FLAGS,
  zone,
} from "../../../src/testing/builders/dns-builder.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import type { Packet } from "./frames.ts";
import type { Host } from "./hosts.ts";
import type { Client, Office } from "./office.ts";

const RESOLVER = 2;
const DNS_PORT = 53;
const ANSWER_TIME = [300, 30_000] as const;
/** A, AAAA and HTTPS (RFC 9460). */
const TYPES = [1, 28, 65] as const;
type LookupType = (typeof TYPES)[number];
/** Keys of HTTPS records: alpn, ipv4hint, ipv6hint. */
const [ALPN, IPV4_HINT, IPV6_HINT] = [1, 4, 6];

/** Builds queries and responses and keeps them. */
export class LookupShelf {
  readonly #kept = new Map<string, readonly [query: Uint8Array, answer: Uint8Array]>();

  /** A query and its response under one identifier; owned by the caller. */
  take(host: Host, type: LookupType, id: number): readonly [query: Uint8Array, answer: Uint8Array] {
    const key = `${type} ${host.name}`;
    const kept = this.#kept.get(key) ?? buildLookup(host, type);
    this.#kept.set(key, kept);
    const [query, answer] = [kept[0].slice(), kept[1].slice()];
    for (const message of [query, answer]) message.set([id >>> 8, id & 0xff]);
    return [query, answer];
  }
}

function buildLookup(host: Host, type: LookupType): readonly [query: Uint8Array, answer: Uint8Array] {
  const questions = [{ name: host.name, type }];
  const owner = host.alias ?? host.name;
  const answers: BuiltRecord[] = host.alias === null ? [] : [alias(host.name, host.alias)];
  const isNegative = type === 65 && !host.hasHttpsRecord;
  if (type === 1) answers.push(address(owner, host.ipv4));
  else if (type === 28) answers.push(address(owner, host.ipv6));
  else if (!isNegative) {
    const parameters = [
      [ALPN, [2, 0x68, 0x33, 2, 0x68, 0x32]],
      [IPV4_HINT, addressBytes(host.ipv4)],
      [IPV6_HINT, addressBytes(host.ipv6)],
    ] as const;
    answers.push(binding(owner, { parameters }));
  }
  const domain = owner.split(".").slice(1).join(".");
  const authority = isNegative ? [zone(domain, `ns.${domain}`)] : [];
  return [buildDns({ flags: QUERY_FLAGS, questions }), buildDns({ questions, answers, authority })];
}

/** Queries all three types at once; returns the time of the last response. */
export function* lookUp(
  office: Office,
  shelf: LookupShelf,
  client: Client,
  host: Host,
  start: number,
): Generator<Packet, number> {
  const resolver = office.ownServer(RESOLVER, DNS_PORT);
  let now = start;
  const asked = TYPES.map((type) => {
    const [query, answer] = shelf.take(host, type, office.random.below(0x10000));
    return { end: office.openPort(client, false), query, answer };
  });
  const common = { tcp: null, named: null };
  for (const { end, query } of asked) {
    yield { ...common, microseconds: now, from: end, to: resolver, payload: query, opensFlow: true };
    now += office.pause(20, 200);
  }
  for (const { end, answer } of asked) {
    now += office.pause(...ANSWER_TIME);
    yield { ...common, microseconds: now, from: resolver, to: end, payload: answer, opensFlow: false };
  }
  return now + office.pause(100, 2_000);
}
