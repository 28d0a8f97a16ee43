/** SIP (RFC 3261): offers and answers describe where each party receives its media (RFC 3264). */
import { decodeText } from "../name-text.ts";
import { type AnnouncementReader, type AnnouncementSink, announce } from "./announced-port.ts";
import { readSessionDescription } from "./session-description.ts";
import { readTextMessage, textMessageLength } from "./text-message.ts";

export function readSipSession(emit: AnnouncementSink): AnnouncementReader {
  return {
    lengthOf: textMessageLength,
    read(side, message) {
      const text = readTextMessage(message);
      if (text?.fields.get("content-type")?.startsWith("application/sdp") !== true) return true;
      const { bytes, offset, end } = text.body;
      for (const endpoint of readSessionDescription(decodeText(bytes, offset, end))) {
        announce(emit, { ...endpoint, side, holds: "session" });
      }
      return true;
    },
  };
}
