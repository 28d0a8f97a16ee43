/** The protocols that announce ports, and their readers. */
import type { Protocol } from "../../../net/application-protocols.ts";
import type { AnnouncementReader, AnnouncementSink } from "./announced-port.ts";
import { readEndpointMapper } from "./endpoint-mapper.ts";
import { readFtpSession } from "./ftp-session.ts";
import { readPortMapper } from "./port-mapper.ts";
import { readRtspSession } from "./rtsp-session.ts";
import { readSipSession } from "./sip-session.ts";

const ANNOUNCING: readonly Protocol[] = ["rtsp", "airplay", "raop", "sip", "ftp", "onc-rpc", "dce-rpc"];

/** Whether sessions of a protocol may announce ports. */
export function mayAnnounce(protocol: Protocol): boolean {
  return ANNOUNCING.includes(protocol);
}

/** Creates a reader for one session of such a protocol; null for any other. */
export function readerOf(
  protocol: Protocol,
  isStream: boolean,
  emit: AnnouncementSink,
): AnnouncementReader | null {
  switch (protocol) {
    case "rtsp":
    case "airplay":
    case "raop":
      return readRtspSession(emit);
    case "sip":
      return readSipSession(emit);
    case "ftp":
      return readFtpSession(emit);
    case "onc-rpc":
      return readPortMapper(isStream, emit);
    case "dce-rpc":
      return readEndpointMapper(emit);
    default:
      return null;
  }
}
