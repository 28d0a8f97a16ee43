/**
 * SSH (RFC 4253, 4.2): both sides begin with `SSH-2.0-` or `SSH-1.x` and a name. Cisco pads the line with zero bytes, so the
 * line end is not checked. Either side may be first.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { isDigit, Match, matchText } from "./text-reads.ts";

const VERSION_2 = "SSH-2.0-";
const VERSION_1 = "SSH-1.";

function classify(message: Message): Kind {
  const second = matchText(message, 0, VERSION_2);
  if (second === Match.YES) return Kind.EITHER;
  const first = matchText(message, 0, VERSION_1);
  if (first === Match.YES) {
    const minor = byteAt(message, VERSION_1.length);
    if (minor >= 0) return isDigit(minor) ? Kind.EITHER : Kind.NO;
  }
  return second === Match.PART || first !== Match.NO ? lacking(message) : Kind.NO;
}

export const ssh: Signature = {
  protocols: ["ssh"],
  transports: ["tcp"],
  firstBytes: initials([VERSION_2]),
  classify,
};
