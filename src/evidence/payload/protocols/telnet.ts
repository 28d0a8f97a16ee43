/**
 * Telnet, by its negotiation (RFC 854; RFC 855): IAC, then WILL, WON'T, DO or DON'T, then an option. Needs two of them on one
 * side, or one on each. `ff d8` begins a JPEG image.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const IAC = 0xff;
const WILL = 0xfb;
const DONT = 0xfe;
const COMMAND_LENGTH = 3;
const LAST_OPTION = 0x31;
/** Extended options list, and options of TELNET over Kerberos and of MUDs (IANA, Telnet options). */
const OTHER_OPTIONS = [137, 138, 255];

function classify(message: Message): Kind {
  const first = commandAt(message, 0);
  if (first !== Kind.EITHER) return first;
  const second = commandAt(message, COMMAND_LENGTH);
  return second === Kind.EITHER ? Kind.EITHER : Kind.MAY_BE;
}

function commandAt(message: Message, at: number): Kind {
  const verb = byteAt(message, at + 1);
  const option = byteAt(message, at + 2);
  if (byteAt(message, at) !== IAC || (verb >= 0 && (verb < WILL || verb > DONT))) return Kind.NO;
  if (option < 0) return lacking(message);
  return option <= LAST_OPTION || OTHER_OPTIONS.includes(option) ? Kind.EITHER : Kind.NO;
}

export const telnet: Signature = { protocols: ["telnet"], transports: ["tcp"], firstBytes: [IAC], classify };
