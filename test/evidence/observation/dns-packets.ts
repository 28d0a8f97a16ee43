/** DNS messages between a client and its resolver, for tests of name caches. */

import { LocalServices } from "../../../src/evidence/observation/local-services.ts";
import { type DnsPacket, NameCache } from "../../../src/evidence/observation/name-cache.ts";
import { type AddressKey, readIpv4Key, readIpv6Key } from "../../../src/net/address-key.ts";
import { buildDns, QUERY_FLAGS } from "../../../src/testing/builders/dns-builder.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";

/** Client, resolver and time of the messages, and the counters of a cache that dropped nothing. */
export const CLIENT = key("10.0.0.5");
export const RESOLVER = key("10.0.0.1");
export const SECONDS = 1_700_000_000;
export const NO_DROPS = { malformed: 0, forged: 0, answers: 0, services: 0, refused: 0 };

/** Returns the key of an address given as text. */
export function key(text: string): AddressKey {
  const bytes = addressBytes(text);
  return bytes.length === 4 ? readIpv4Key(bytes, 0) : readIpv6Key(bytes, 0);
}

/** A response from the resolver to the client. */
export function packet(bytes: Uint8Array, changes: Partial<DnsPacket> = {}): DnsPacket {
  return {
    bytes,
    offset: 0,
    end: bytes.length,
    source: RESOLVER,
    sourcePort: 53,
    destination: CLIENT,
    destinationPort: 50_000,
    seconds: SECONDS,
    ...changes,
  };
}

/** The query that `packet` answers. */
export function query(name: string, changes: Partial<DnsPacket> = {}, id = 0x1234): DnsPacket {
  return packet(buildDns({ id, flags: QUERY_FLAGS, questions: [{ name, type: 1 }] }), {
    source: CLIENT,
    sourcePort: 50_000,
    destination: RESOLVER,
    destinationPort: 53,
    ...changes,
  });
}

/** A cache without limits. */
export function emptyCache(): NameCache {
  return new NameCache(new LocalServices(), () => true);
}

/** A cache that received these messages. */
export function cacheOf(...messages: readonly (Uint8Array | DnsPacket)[]): NameCache {
  return cacheOfMeant(() => true, ...messages);
}

/** The same, keeping only refusals of names of interest. */
export function cacheOfMeant(
  isRefusalMeant: (name: string) => boolean,
  ...messages: readonly (Uint8Array | DnsPacket)[]
): NameCache {
  const cache = new NameCache(new LocalServices(), isRefusalMeant);
  for (const message of messages) cache.addMessage("bytes" in message ? message : packet(message));
  return cache;
}

/** Returns the names of an address for the client. */
export const namesOf = (cache: NameCache, text: string) => cache.namesOf(CLIENT, key(text), SECONDS);
