/** The protocols that announce ports, and their readers. */
import type { Protocol } from "../../../net/application-protocols.ts";
import type { AnnouncementReader, AnnouncementTaker } from "./announced-port.ts";
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
  take: AnnouncementTaker,
): AnnouncementReader | null {
  switch (protocol) {
    case "rtsp":
    case "airplay":
    case "raop":
      return readRtspSession(take);
    case "sip":
      return readSipSession(take);
    case "ftp":
      return readFtpSession(take);
    case "onc-rpc":
      return readPortMapper(isStream, take);
    case "dce-rpc":
      return readEndpointMapper(take);
    default:
      return null;
  }
}
