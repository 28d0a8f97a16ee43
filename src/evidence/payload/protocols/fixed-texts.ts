/** Protocols that begin with a unique text. */

import type { Protocol } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { lacking } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

/** Creates a signature of a TCP protocol whose messages begin with one of these texts, which identify the sender. */
export function fixedTexts(protocol: Protocol, texts: Readonly<Record<string, Kind>>): Signature {
  const entries = Object.entries(texts);
  return {
    protocols: [protocol],
    transports: ["tcp"],
    firstBytes: initials(Object.keys(texts)),
    classify: (message) => classifyText(message, entries),
  };
}

function classifyText(message: Message, entries: readonly (readonly [string, Kind])[]): Kind {
  let isPart = false;
  for (const [text, kind] of entries) {
    const match = matchText(message, 0, text);
    if (match === Match.YES) return kind;
    if (match === Match.PART) isPart = true;
  }
  return isPart ? lacking(message) : Kind.NO;
}
