/** RMCP (DMTF ASF 2.0, 3.2.2; IPMI 2.0, 13.1): a four-byte header, followed by an ASF or IPMI message of matching length. */

import type { Message } from "./flow-start.ts";
import { byteAt, uint16LittleEndianAt, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const VERSION = 6;
const ASF = 6;
const IPMI = 7;
const ASF_ENTERPRISE = 0x0000_11be;
const ASF_HEADER = 12;
const PRESENCE_PING = 0x80;
const PRESENCE_PONG = 0x40;
/** Version 2, whose length is little-endian. */
const RMCP_PLUS = 6;
const PLUS_HEADER = 16;
const MAX_AUTHENTICATION = 5;
/** Header lengths without and with an authentication code. */
const CLEAR_HEADER = 14;
const CODED_HEADER = 30;
/** Address of the managed controller (IPMI 2.0, 13.8). */
const CONTROLLER = 0x20;
const SAME_CLASS = 0x1f;

function classify(message: Message): Kind {
  if (byteAt(message, 1) !== 0) return Kind.NO;
  const group = byteAt(message, 3) & SAME_CLASS;
  if (group === IPMI) return classifyIpmi(message);
  if (group !== ASF || uint32At(message, 4) !== ASF_ENTERPRISE) return Kind.NO;
  if (byteAt(message, ASF_HEADER - 1) + ASF_HEADER !== message.length) return Kind.NO;
  const type = byteAt(message, 8);
  return type === PRESENCE_PING ? Kind.ASKS : type === PRESENCE_PONG ? Kind.ANSWERS : Kind.EITHER;
}

function classifyIpmi(message: Message): Kind {
  const authentication = byteAt(message, 4);
  if (authentication === RMCP_PLUS) {
    const length = uint16LittleEndianAt(message, CLEAR_HEADER);
    return length > 0 && length + PLUS_HEADER <= message.length ? Kind.EITHER : Kind.NO;
  }
  if (authentication < 0 || authentication > MAX_AUTHENTICATION) return Kind.NO;
  const header = authentication === 0 ? CLEAR_HEADER : CODED_HEADER;
  const rest = message.length - header - byteAt(message, header - 1);
  // One byte of padding avoids lengths that some hardware cannot send (IPMI 2.0, 13.6).
  if (rest !== 0 && rest !== 1) return Kind.NO;
  return byteAt(message, header) === CONTROLLER ? Kind.ASKS : Kind.ANSWERS;
}

export const rmcp: Signature = { protocols: ["rmcp"], transports: ["udp"], firstBytes: [VERSION], classify };
