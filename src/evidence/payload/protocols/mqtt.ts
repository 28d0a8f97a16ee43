/**
 * MQTT (OASIS MQTT 3.1.1, 3.1 and 3.2): CONNECT with the protocol's name; the server answers with CONNACK. Other protocols
 * begin with the same byte.
 *
 *    0        1           then: 00 04 "MQTT" level | flags | keep alive
 *   | CONNECT | length 1-4 |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const CONNECT = 0x10;
const MAX_LENGTH_BYTES = 4;
const CONTINUES = 0x80;
const NAMES = ["\x00\x04MQTT\x04", "\x00\x04MQTT\x05", "\x00\x06MQIsdp\x03"];

function classify(message: Message): Kind {
  let at = 1;
  while (at < MAX_LENGTH_BYTES && byteAt(message, at) >= CONTINUES) at++;
  if (byteAt(message, at) >= CONTINUES) return Kind.NO;
  let isPart = false;
  for (const name of NAMES) {
    const match = matchText(message, at + 1, name);
    if (match === Match.YES) return Kind.ASKS;
    if (match === Match.PART) isPart = true;
  }
  return isPart ? lacking(message) : Kind.NO;
}

export const mqtt: Signature = { protocols: ["mqtt"], transports: ["tcp"], firstBytes: [CONNECT], classify };
