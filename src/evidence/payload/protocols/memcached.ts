/**
 * memcached (doc/protocol.txt; doc/protocol-binary.txt): lines of text or a 24-byte header, in datagrams after an 8-byte
 * frame header. HTTP also has `get `, but in upper case and with a version, so the answer decides.
 *
 *    0       1        2            4       5      6               8        12       16
 *   | magic | opcode | key length | extra | type | status, bucket | length | opaque | ...
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking, sameBytes, uint16At, uint32At } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { Match, matchTextTable, textTable } from "./text-reads.ts";

const COMMANDS =
  "get gets set add replace append prepend cas delete incr decr touch stats version flush_all verbosity gat gats mg ms mn"
    .split(" ")
    .flatMap((word) => [`${word} `, `${word}\r\n`]);
const ANSWERS = [
  "VALUE ",
  "END\r\n",
  "STORED\r\n",
  "NOT_",
  "STAT ",
  "VERSION ",
  "DELETED\r\n",
  "EXISTS\r\n",
  "OK\r\n",
  "ERROR\r\n",
  "HD ",
  "EN\r\n",
];
const COMMAND_TABLE = textTable(COMMANDS);
const ANSWER_TABLE = textTable(ANSWERS);
const REQUEST = 0x80;
const RESPONSE = 0x81;
const MAX_OPCODE = 0x43;
const HEADER_LENGTH = 24;
const OPAQUE = 12;
const OPAQUE_LENGTH = 4;
const FRAME_LENGTH = 8;

function classify(message: Message): Kind {
  if (!message.isStream) return classifyDatagram(message);
  const first = byteAt(message, 0);
  return first >= REQUEST ? classifyBinary(message, first) : classifyText(message, 0);
}

function classifyText(message: Message, at: number): Kind {
  const asked = matchTextTable(message, at, COMMAND_TABLE);
  if (asked === Match.YES) return Kind.MAY_ASK;
  const answered = matchTextTable(message, at, ANSWER_TABLE);
  if (answered === Match.YES) return Kind.MAY_ANSWER;
  return asked === Match.PART || answered === Match.PART ? lacking(message) : Kind.NO;
}

function classifyBinary(message: Message, magic: number): Kind {
  const opcode = byteAt(message, 1);
  if (opcode > MAX_OPCODE || byteAt(message, 5) > 0) return Kind.NO;
  if (byteAt(message, HEADER_LENGTH - 1) < 0) return lacking(message);
  if (uint32At(message, 8) < uint16At(message, 2) + byteAt(message, 4)) return Kind.NO;
  return magic === REQUEST ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

/** Request number, datagram number, number of datagrams, and two zero bytes. */
function classifyDatagram(message: Message): Kind {
  const number = uint16At(message, 2);
  const total = uint16At(message, 4);
  if (uint16At(message, 6) !== 0 || total < 1 || number >= total) return Kind.NO;
  return classifyText(message, FRAME_LENGTH);
}

function agree(asking: Message, answering: Message): boolean {
  if (!asking.isStream) return uint16At(asking, 0) === uint16At(answering, 0);
  if (byteAt(asking, 0) !== REQUEST) return byteAt(answering, 0) !== RESPONSE;
  return (
    byteAt(asking, 1) === byteAt(answering, 1) && sameBytes(asking, OPAQUE, answering, OPAQUE, OPAQUE_LENGTH)
  );
}

/** Over TCP; a datagram may begin with any number. */
export const memcached: Signature = {
  protocols: ["memcached"],
  transports: ["tcp"],
  firstBytes: [...initials([...COMMANDS, ...ANSWERS]), REQUEST, RESPONSE],
  classify,
  agree,
};

export const memcachedDatagrams: Signature = { ...memcached, transports: ["udp"], firstBytes: null };
