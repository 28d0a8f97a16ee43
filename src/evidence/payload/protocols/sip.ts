/**
 * SIP (RFC 3261, 7.1 and 7.2). Over TCP, a status line counts only after a request: there are HTTP servers that answer with
 * SIP's version. A datagram of line ends or of four zero bytes is a keep-alive (RFC 5626, 3.5.1) and proves nothing.
 */

import type { Message } from "./flow-start.ts";
import { available, isZero } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { classifyHead, type LineForm } from "./start-line.ts";
import { Match, matchText, textTable } from "./text-reads.ts";

const METHODS =
  "INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE"
    .split(" ")
    .map((method) => `${method} `);
const FORM: LineForm = { version: "SIP/2.", methods: textTable(METHODS), targets: ["sip:", "sips:", "tel:"] };
const KEEP_ALIVES = ["\r\n\r\n", "\r\n"];
const ZEROS = 4;

function classify(message: Message): Kind {
  if (!message.isStream && isKeepAlive(message)) return Kind.MORE;
  const kind = classifyHead(message, FORM);
  return kind === Kind.ANSWERS && message.isStream ? Kind.MAY_ANSWER : kind;
}

function isKeepAlive(message: Message): boolean {
  const count = available(message);
  if (count === ZEROS && isZero(message, 0, ZEROS)) return true;
  return KEEP_ALIVES.some((text) => text.length === count && matchText(message, 0, text) === Match.YES);
}

export const sip: Signature = {
  protocols: ["sip"],
  transports: ["tcp", "udp"],
  firstBytes: [...initials([...METHODS, FORM.version]), 0x0d, 0x00],
  classify,
};
