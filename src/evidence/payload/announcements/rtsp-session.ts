/**
 * RTSP sessions, including AirPlay and its audio: SETUP names the ports of media (RFC 2326, 10.4 and 12.39), in AirPlay 2
 * within property lists. From session descriptions, only multicast ports are used (RFC 2326, C.1.2): others are
 * recommendations of a server, which a SETUP overrides.
 */
import { decodeText } from "../name-text.ts";
import { readAirplaySetup } from "./airplay-setup.ts";
import { type AnnouncementReader, type AnnouncementSink, announce } from "./announced-port.ts";
import { readTransport } from "./rtsp-transport.ts";
import { readSessionDescription } from "./session-description.ts";
import { readTextMessage, textMessageLength } from "./text-message.ts";
import { isGroupAddress } from "./written-address.ts";

const REPLY = /^(?:RTSP|HTTP)\/\d\.\d (\d{3})/;
const SETUP = /^SETUP /;

export function readRtspSession(emit: AnnouncementSink): AnnouncementReader {
  return {
    lengthOf: textMessageLength,
    read(side, message) {
      const text = readTextMessage(message);
      if (text === null) return true;
      const { firstLine, fields, body } = text;
      const status = REPLY.exec(firstLine);
      const isReply = status !== null;
      if (isReply && !status[1].startsWith("2")) return true;
      const isSetup = isReply || SETUP.test(firstLine);
      const client = isReply ? (side === 0 ? 1 : 0) : side;
      const transport = fields.get("transport");
      if (isSetup && transport !== undefined) readTransport(transport, client, isReply, emit);
      const type = fields.get("content-type") ?? "";
      if (type.startsWith("application/sdp")) {
        for (const endpoint of readSessionDescription(decodeText(body.bytes, body.offset, body.end))) {
          if (endpoint.address !== null && isGroupAddress(endpoint.address)) {
            announce(emit, { ...endpoint, side, holds: "session" });
          }
        }
      }
      if (isSetup && type.startsWith("application/x-apple-binary-plist")) readAirplaySetup(body, side, emit);
      return true;
    },
  };
}
