/** HTTP/2 with prior knowledge: all 24 bytes of the client's preface (RFC 9113, 3.4). */

import { lacking } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export const http2: Signature = {
  protocols: ["http2"],
  transports: ["tcp"],
  firstBytes: initials([PREFACE]),
  classify: (message) => {
    const match = matchText(message, 0, PREFACE);
    if (match === Match.YES) return Kind.ASKS;
    return match === Match.PART ? lacking(message) : Kind.NO;
  },
};
