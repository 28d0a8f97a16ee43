/**
 * BitTorrent: the handshake between peers (BEP 3), which the initiator sends first, and the distributed hash table (BEP 5),
 * whose queries and answers are dictionaries with ordered keys. Encrypted connections cannot be recognised.
 */

import type { Message } from "./flow-start.ts";
import { isCut, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { findWord, Match, matchText } from "./text-reads.ts";

const HANDSHAKE = "\x13BitTorrent protocol";
const QUERY = "d1:ad2:id20:";
const ANSWER = "d1:rd2:id20:";
const KIND_OF_MESSAGE = "1:Y1:";

function classify(message: Message): Kind {
  if (message.isStream) {
    const match = matchText(message, 0, HANDSHAKE);
    if (match === Match.YES) return Kind.ASKS;
    return match === Match.PART ? lacking(message) : Kind.NO;
  }
  const isQuery = matchText(message, 0, QUERY) === Match.YES;
  if (!isQuery && matchText(message, 0, ANSWER) !== Match.YES) return Kind.NO;
  if (!isCut(message) && findWord(message, KIND_OF_MESSAGE, message.length) < 0) return Kind.NO;
  return isQuery ? Kind.ASKS : Kind.ANSWERS;
}

export const bittorrent: Signature = {
  protocols: ["bittorrent"],
  transports: ["tcp", "udp"],
  firstBytes: [0x13, 0x64],
  classify,
};
