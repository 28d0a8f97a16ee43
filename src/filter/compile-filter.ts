/**
 * Compiles the text of a filter expression to a predicate on packets. Everything is allocated here, once; matching a
 * packet only runs closures that read numbers at offsets.
 *
 * Tests apply to the innermost headers the decoder reached, behind VLAN tags and tunnels. A packet that was not decoded
 * down to its ports is tested by the headers that were, but port tests never match without ports: a later fragment has
 * none. `not` matches wherever its operand does not.
 */

import { ipv6WordMask } from "../net/address-text.ts";
import { readInt32 } from "../net/byte-reads.ts";
import { readHardware } from "../net/hardware-address.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import type {
  Direction,
  FilterNode,
  IpVersion,
  Ipv4Network,
  Ipv6Network,
  RelationOperator,
} from "./filter-ast.ts";
import { parseFilter } from "./filter-parser.ts";
import type { PacketFilter } from "./packet-filter.ts";

/** First byte from which tcpdump's `ip multicast` matches: class E and broadcast addresses count too. */
const FIRST_IPV4_GROUP = 0xe0;
const IPV6_GROUP = 0xff;
/** 255.255.255.255 (RFC 919), and 0.0.0.0, its oldest form. */
const IPV4_BROADCAST = -1;
const OLD_IPV4_BROADCAST = 0;

/**
 * Compiles an expression; `filter-parser.ts` has the grammar.
 *
 * @throws InputError `bad_filter`: the problem, its column, and what was expected there.
 */
export function compileFilter(expression: string): PacketFilter {
  return compileNode(parseFilter(expression));
}

function compileNode(node: FilterNode): PacketFilter {
  switch (node.kind) {
    case "and":
    case "or":
      return compileOperands(node.kind, node.operands);
    case "not": {
      const operand = compileNode(node.operand);
      return (bytes, packet, length) => !operand(bytes, packet, length);
    }
    case "address":
      return node.network.version === 4
        ? compileIpv4(node.network, node.direction)
        : compileIpv6(node.network, node.direction);
    case "ports":
      return compilePorts(node.transport, node.direction, node.first, node.last);
    case "ip-version": {
      const { version } = node;
      return (_bytes, packet) => packet.ipVersion === version;
    }
    case "protocol":
      return compileProtocol(node.version, node.protocol);
    case "ether-type": {
      const { etherType } = node;
      return (_bytes, packet) => packet.etherType === etherType;
    }
    case "hardware":
      return compileHardware(node.direction, node.address);
    case "vlan": {
      const { vlan } = node;
      if (vlan === null) return (_bytes, packet) => packet.vlan >= 0;
      return (_bytes, packet) => packet.vlan === vlan || packet.innerVlan === vlan;
    }
    case "multicast":
      return compileMulticast(node.version);
    case "broadcast":
      return node.version === 4
        ? isIpv4Broadcast
        : (bytes, packet) => packet.linkBroadcast === 1 || isIpv4Broadcast(bytes, packet);
    case "length": {
      const { operator, value } = node;
      return (_bytes, _packet, length) => matchesRelation(operator, length, value);
    }
    case "tcp-flags": {
      const { mask, operator, value } = node;
      return (_bytes, packet) =>
        packet.weird === 0 &&
        packet.protocol === IpProtocol.TCP &&
        matchesRelation(operator, packet.tcpFlags & mask, value);
    }
  }
}

/** Splits the operands in halves, so that a thousand hosts nest ten closures deep instead of a thousand. */
function compileOperands(kind: "and" | "or", operands: readonly FilterNode[]): PacketFilter {
  if (operands.length === 1) return compileNode(operands[0]);
  const middle = operands.length >> 1;
  const left = compileOperands(kind, operands.slice(0, middle));
  const right = compileOperands(kind, operands.slice(middle));
  return kind === "and"
    ? (bytes, packet, length) => left(bytes, packet, length) && right(bytes, packet, length)
    : (bytes, packet, length) => left(bytes, packet, length) || right(bytes, packet, length);
}

/** Tests the hardware addresses of the innermost link, if the capture has them. */
function compileHardware(direction: Direction, address: number): PacketFilter {
  const isAt = (bytes: Uint8Array, offset: number) => offset >= 0 && readHardware(bytes, offset) === address;
  return (bytes, packet) =>
    matchesDirection(direction, isAt(bytes, packet.senderOffset), isAt(bytes, packet.receiverOffset));
}

function compileIpv4({ address, mask }: Ipv4Network, direction: Direction): PacketFilter {
  return (bytes, packet) =>
    packet.ipVersion === 4 &&
    matchesDirection(
      direction,
      (readInt32(bytes, packet.sourceOffset) & mask) === address,
      (readInt32(bytes, packet.destinationOffset) & mask) === address,
    );
}

function compileIpv6(network: Ipv6Network, direction: Direction): PacketFilter {
  const words = Int32Array.from(network.words);
  const masks = Int32Array.from(network.words, (_, index) => ipv6WordMask(network.prefixLength, index));
  return (bytes, packet) =>
    packet.ipVersion === 6 &&
    matchesDirection(
      direction,
      isInIpv6Network(bytes, packet.sourceOffset, words, masks),
      isInIpv6Network(bytes, packet.destinationOffset, words, masks),
    );
}

function isInIpv6Network(bytes: Uint8Array, offset: number, words: Int32Array, masks: Int32Array): boolean {
  for (let i = 0; i < words.length; i++) {
    if ((readInt32(bytes, offset + i * 4) & masks[i]) !== words[i]) return false;
  }
  return true;
}

function compilePorts(
  transport: number | null,
  direction: Direction,
  first: number,
  last: number,
): PacketFilter {
  return (_bytes, packet) =>
    packet.weird === 0 &&
    (transport === null || packet.protocol === transport) &&
    matchesDirection(
      direction,
      packet.sourcePort >= first && packet.sourcePort <= last,
      packet.destinationPort >= first && packet.destinationPort <= last,
    );
}

function compileProtocol(version: IpVersion | null, protocol: number): PacketFilter {
  if (version === null) return (_bytes, packet) => packet.ipVersion !== 0 && packet.protocol === protocol;
  return (_bytes, packet) => packet.ipVersion === version && packet.protocol === protocol;
}

function compileMulticast(version: IpVersion | null): PacketFilter {
  if (version === 4) return isIpv4Group;
  if (version === 6) return isIpv6Group;
  return (bytes, packet) => isIpv4Group(bytes, packet) || isIpv6Group(bytes, packet);
}

function isIpv4Group(bytes: Uint8Array, packet: DecodedPacket): boolean {
  return packet.ipVersion === 4 && bytes[packet.destinationOffset] >= FIRST_IPV4_GROUP;
}

function isIpv6Group(bytes: Uint8Array, packet: DecodedPacket): boolean {
  return packet.ipVersion === 6 && bytes[packet.destinationOffset] === IPV6_GROUP;
}

function isIpv4Broadcast(bytes: Uint8Array, packet: DecodedPacket): boolean {
  if (packet.ipVersion !== 4) return false;
  const destination = readInt32(bytes, packet.destinationOffset);
  return destination === IPV4_BROADCAST || destination === OLD_IPV4_BROADCAST;
}

function matchesDirection(direction: Direction, source: boolean, destination: boolean): boolean {
  switch (direction) {
    case "either":
      return source || destination;
    case "source":
      return source;
    case "destination":
      return destination;
    case "both":
      return source && destination;
  }
}

function matchesRelation(operator: RelationOperator, left: number, right: number): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
