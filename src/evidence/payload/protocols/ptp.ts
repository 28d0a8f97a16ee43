/**
 * PTP over UDP (IEEE 1588-2008, 13.3 and annex D), on ports 319 and 320. The control field repeats the type.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const EVENT_PORT = 319;
const GENERAL_PORT = 320;
const HEADER = 34;
const MAX_PADDING = 2;
const CONTROL_AT = 32;
const OTHER = 5;
/** Sync, Delay_Req, Follow_Up, Delay_Resp and Management have their own values. */
const CONTROLS: Readonly<Record<number, number>> = { 0: 0, 1: 1, 8: 2, 9: 3, 13: 4 };
const TYPES = [0, 1, 2, 3, 8, 9, 10, 11, 12, 13];
const VERSIONS = [0x02, 0x12];

function classify(message: Message): Kind {
  if (!hasPort(message, EVENT_PORT) && !hasPort(message, GENERAL_PORT)) return Kind.NO;
  const length = uint16At(message, 2);
  const type = byteAt(message, 0) & 0xf;
  if (!TYPES.includes(type) || !VERSIONS.includes(byteAt(message, 1))) return Kind.NO;
  if (length < HEADER || length > message.length || message.length - length > MAX_PADDING) return Kind.NO;
  const control = byteAt(message, CONTROL_AT);
  return control === (CONTROLS[type] ?? OTHER) || control === 0 ? Kind.EITHER : Kind.NO;
}

export const ptp: Signature = {
  protocols: ["ptp"],
  transports: ["udp"],
  firstBytes: [0, 0x10].flatMap((high) => TYPES.map((type) => high | type)),
  classify,
};
