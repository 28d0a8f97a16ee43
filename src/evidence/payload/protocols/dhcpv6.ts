/**
 * DHCPv6 (RFC 8415, 7.2, 8, 9 and 21): options that fill the datagram, between ports 546 and 547. It may begin with any small
 * byte.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isCut, uint16At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const CLIENT_PORT = 546;
const SERVER_PORT = 547;
const ANSWERS = [2, 7, 10, 13];
const RELAY = 12;
const HEADER = 4;
const RELAY_HEADER = 34;
const MAX_OPTION = 200;

function classify(message: Message): Kind {
  if (!hasPort(message, CLIENT_PORT) && !hasPort(message, SERVER_PORT)) return Kind.NO;
  const type = byteAt(message, 0);
  let at = type >= RELAY ? RELAY_HEADER : HEADER;
  if (message.length <= at) return Kind.NO;
  while (at < message.length) {
    const option = uint16At(message, at);
    const length = uint16At(message, at + 2);
    if (length < 0 && isCut(message)) break;
    if (option < 1 || option > MAX_OPTION || length < 0) return Kind.NO;
    at += 4 + length;
  }
  if (at > message.length) return Kind.NO;
  return ANSWERS.includes(type) ? Kind.ANSWERS : Kind.ASKS;
}

export const dhcpv6: Signature = {
  protocols: ["dhcpv6"],
  transports: ["udp"],
  firstBytes: byteRange(1, 13),
  classify,
};
