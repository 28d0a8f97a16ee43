/**
 * ONC RPC (RFC 5531, 9 and 11; RFC 1833): the port mapper, NFS, mounts, locks, status, NetInfo and Kerberos administration.
 * Nearly all fields of a call have small ranges; a reply counts after its call. Over TCP preceded by a record mark.
 *
 *    0    4      8          12        16        20          24
 *   | id | call | version 2 | program | version | procedure | credentials |        reply: | id | 1 | accepted |
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking, sameBytes, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const MARK = 4;
const LAST_FRAGMENT = 0x8000_0000;
const MAX_FRAGMENT = 0x20_0000;
const CALL = 0;
const REPLY = 1;
const RPC_VERSION = 2;
const CALL_LENGTH = 40;
const REPLY_LENGTH = 24;
/** Port mapper, NFS, mount, status, lock manager, kadmin, NFS ACLs, rquota, ypserv, ypbind (nmap-rpc; RFC 1833). */
const PROGRAMS = [100_000, 100_003, 100_005, 100_024, 100_021, 2112, 100_227, 100_011, 100_004, 100_007];
const FIRST_NETINFO = 200_100_000;
const LAST_NETINFO = 200_199_999;
/** First program number that a client may choose for callbacks (RFC 7530, 16.33). */
const FIRST_TRANSIENT = 0x4000_0000;
const LAST_TRANSIENT = 0x5fff_ffff;
const MAX_VERSION = 50;
const MAX_PROCEDURE = 60;
const FLAVORS = [0, 1, 2, 6];

function bodyOf(message: Message): number {
  return message.isStream ? MARK : 0;
}

function classify(message: Message): Kind {
  const at = bodyOf(message);
  const length = message.isStream ? uint32At(message, 0) - LAST_FRAGMENT : message.length;
  if (message.isStream && uint32At(message, 0) < 0) return lacking(message);
  if (length < REPLY_LENGTH || (message.isStream && length > MAX_FRAGMENT) || length % 4 !== 0)
    return Kind.NO;
  // Calls and replies differ only in the last byte of the type.
  if (byteAt(message, at + 4) > 0) return Kind.NO;
  const type = uint32At(message, at + 4);
  if (type < 0) return lacking(message);
  if (type === REPLY) return classifyReply(message, at);
  return type === CALL && length >= CALL_LENGTH ? classifyCall(message, at) : Kind.NO;
}

function classifyCall(message: Message, at: number): Kind {
  if (available(message) < at + CALL_LENGTH) {
    // The available part must be valid so far.
    const version = uint32At(message, at + 8);
    return version < 0 || version === RPC_VERSION ? lacking(message) : Kind.NO;
  }
  if (uint32At(message, at + 8) !== RPC_VERSION || !isProgram(uint32At(message, at + 12))) return Kind.NO;
  if (uint32At(message, at + 16) > MAX_VERSION || uint32At(message, at + 20) > MAX_PROCEDURE) return Kind.NO;
  return FLAVORS.includes(uint32At(message, at + 24)) ? Kind.ASKS : Kind.NO;
}

function classifyReply(message: Message, at: number): Kind {
  const state = uint32At(message, at + 8);
  if (state < 0 || byteAt(message, at + REPLY_LENGTH - 1) < 0) return lacking(message);
  return state <= 1 ? Kind.MAY_ANSWER : Kind.NO;
}

function isProgram(program: number): boolean {
  return (
    PROGRAMS.includes(program) ||
    (program >= FIRST_NETINFO && program <= LAST_NETINFO) ||
    (program >= FIRST_TRANSIENT && program <= LAST_TRANSIENT)
  );
}

function agree(asking: Message, answering: Message): boolean {
  return sameBytes(asking, bodyOf(asking), answering, bodyOf(answering), 4);
}

/** Over TCP; a datagram may begin with any number. */
export const oncRpc: Signature = {
  protocols: ["onc-rpc"],
  transports: ["tcp"],
  firstBytes: [0x80],
  classify,
  agree,
};

export const oncRpcDatagrams: Signature = { ...oncRpc, transports: ["udp"], firstBytes: null };
