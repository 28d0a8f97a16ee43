/** Parses the values of filter expressions (addresses, networks, ports, protocol numbers) according to their qualifiers. */

import { ipv4Mask, parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";
import { formatIpv4, formatIpv6 } from "../net/addresses.ts";
import type { Direction, IpNetwork, IpVersion, PrimitiveNode } from "./filter-ast.ts";
import { PORT_NAMES, PROTOCOL_NUMBERS } from "./filter-names.ts";
import type { Token, TokenReader } from "./filter-tokens.ts";
import { maskIpv4, maskIpv6 } from "./ip-networks.ts";

/** Type of a value; `address` is the default without a keyword: a host, or with a prefix length a network. */
export type ValueType = "address" | "host" | "net" | "port" | "portrange" | "proto";

/** Qualifiers before a value, which carry over to bare values after it: `tcp dst port 80 or 443`. */
export interface Qualifiers {
  readonly type: ValueType;
  readonly direction: Direction;
  readonly version: IpVersion | null;
  readonly transport: number | null;
}

const MAX_PORT = 0xffff;
const MAX_PROTOCOL = 0xff;
const IPV4_BITS = 32;
const IPV4_BYTES = 4;
const IPV6_BITS = 128;
const NUMBER = /^(?:0|[1-9]\d*|0x[\da-f]+)$/;

const DESCRIPTIONS: Readonly<Record<ValueType, string>> = {
  address: "an IP address (names are not looked up)",
  host: "an IP address (names are not looked up)",
  net: 'a network such as "10", "192.168.0.0/16" or "fe80::/10"',
  port: 'a port number or one of the names known here, such as "https"',
  portrange: 'a range of ports such as "6970-9999"',
  proto: 'a protocol number or one of the names known here, such as "gre"',
};

/**
 * Reads the next value.
 *
 * @param isCarried Whether the qualifiers come from an earlier value, so that a test may have been meant.
 * @throws InputError `bad_filter`
 */
export function readValue(reader: TokenReader, qualifiers: Qualifiers, isCarried: boolean): PrimitiveNode {
  const token = reader.peek();
  const { type, direction, transport, version } = qualifiers;
  const description = isCarried ? `a test, or ${DESCRIPTIONS[type]}` : DESCRIPTIONS[type];
  if (token.kind !== "word") throw reader.expected(description);
  switch (type) {
    case "port":
    case "portrange": {
      const range = type === "port" ? portRange(token.text, token.text) : splitRange(token.text);
      if (range === null) throw reader.expected(description);
      if (range[1] > MAX_PORT) throw reader.error(`port ${range[1]} is above ${MAX_PORT}`);
      reader.take();
      return { kind: "ports", transport, direction, first: range[0], last: range[1] };
    }
    case "proto": {
      const protocol = PROTOCOL_NUMBERS.get(token.text) ?? parseNumber(token.text);
      if (protocol === null) throw reader.expected(description);
      if (protocol > MAX_PROTOCOL) throw reader.error(`protocol ${protocol} is above ${MAX_PROTOCOL}`);
      reader.take();
      return { kind: "protocol", version, protocol };
    }
    default: {
      const network = readNetwork(reader, type, description);
      if (version !== null && version !== network.version) {
        throw reader.error(
          `${reader.quote(token)} is an IPv${network.version} address, not IPv${version}`,
          token,
        );
      }
      return { kind: "address", direction, network };
    }
  }
}

/** Reads a number of at most `max`; `what` describes it in the error. */
export function readNumber(reader: TokenReader, what: string, max: number): number {
  const token = reader.peek();
  const value = token.kind === "word" ? parseNumber(token.text) : null;
  if (value === null) throw reader.expected(what);
  if (value > max) throw reader.error(`${reader.quote(token)} is above ${max}`);
  reader.take();
  return value;
}

/** Parses a decimal or, with `0x`, hexadecimal number; null for anything else, including octal. */
export function parseNumber(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null;
}

/** Whether the next token is an address, or a network with a prefix length. */
export function isAddressAhead(reader: TokenReader): boolean {
  const { text } = reader.peek();
  const ipv4 = parseIpv4Text(text);
  return (
    parseIpv6Words(text) !== null || (ipv4 !== null && (ipv4.bytes === IPV4_BYTES || reader.isAt("/", 1)))
  );
}

function readNetwork(reader: TokenReader, type: ValueType, description: string): IpNetwork {
  const token = reader.peek();
  const ipv4 = parseIpv4Text(token.text);
  const words = ipv4 === null ? parseIpv6Words(token.text) : null;
  if (ipv4 === null && words === null) throw reader.expected(description);
  reader.take();
  if (type === "host" && (reader.isAt("/") || reader.isAt("mask"))) {
    throw reader.error(`"host" takes one address; for a network write "net"`);
  }
  if (ipv4 !== null) {
    const { address, bytes } = ipv4;
    const written = ipv4Mask(bytes * 8);
    return checked(reader, token, {
      version: 4,
      address,
      mask: readIpv4Mask(reader, token, type, bytes) ?? written,
    });
  }
  const prefixLength = reader.takeIf("/") ? readNumber(reader, "a prefix length", IPV6_BITS) : IPV6_BITS;
  return checked(reader, token, { version: 6, words: words ?? [0, 0, 0, 0], prefixLength });
}

/** Returns null if no mask is written: then the bytes that are written count. */
function readIpv4Mask(reader: TokenReader, token: Token, type: ValueType, bytes: number): number | null {
  if (reader.takeIf("/")) return ipv4Mask(readNumber(reader, "a prefix length", IPV4_BITS));
  if (type === "net") {
    if (!reader.takeIf("mask")) return null;
    const mask = parseIpv4Text(reader.peek().text);
    if (mask === null || mask.bytes !== IPV4_BYTES) throw reader.expected('a mask such as "255.255.0.0"');
    reader.take();
    return mask.address;
  }
  if (bytes === IPV4_BYTES) return null;
  throw reader.error(`"${token.text}" is not a whole address; a network is "net ${token.text}"`, token);
}

/** Rejects bits beyond the mask as a mistake, like tcpdump. */
function checked(reader: TokenReader, token: Token, network: IpNetwork): IpNetwork {
  if (network.version === 4) {
    const address = maskIpv4(network);
    if (address === network.address) return network;
    const better = formatIpv4(address);
    throw reader.error(`${reader.quote(token)} has bits beyond its mask; the network is "${better}"`, token);
  }
  const words = maskIpv6(network);
  if (words.every((word, index) => word === network.words[index])) return network;
  const better = formatIpv6(...words);
  throw reader.error(`${reader.quote(token)} has bits beyond its prefix; the network is "${better}"`, token);
}

/** Maximum characters of a port range: no port name has half of that. */
const LONGEST_RANGE = 128;

/** Names contain dashes too, so any dash may be the separator. */
function splitRange(text: string): readonly [number, number] | null {
  if (text.length > LONGEST_RANGE) return null;
  for (let dash = text.indexOf("-"); dash !== -1; dash = text.indexOf("-", dash + 1)) {
    const range = portRange(text.slice(0, dash), text.slice(dash + 1));
    if (range !== null) return range;
  }
  return portRange(text, text);
}

/** The two ports, lower one first, like tcpdump. */
function portRange(first: string, last: string): readonly [number, number] | null {
  const a = PORT_NAMES.get(first) ?? parseNumber(first);
  const b = PORT_NAMES.get(last) ?? parseNumber(last);
  if (a === null || b === null) return null;
  return a <= b ? [a, b] : [b, a];
}
