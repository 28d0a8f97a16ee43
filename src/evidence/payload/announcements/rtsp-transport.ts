/**
 * The `Transport` field of RTSP (RFC 2326, 12.39; RFC 7826, 18.54), with the parameters added by AirPlay audio (RAOP)
 * (openairplay, airplay-spec 5.1 and 5.2):
 *
 *   RTP/AVP;unicast;client_port=39166-39167;server_port=6970-6971, RTP/AVP/TCP;interleaved=0-1
 *   RTP/AVP/UDP;unicast;mode=record;control_port=6001;timing_port=6002;server_port=6003
 */
import type { AddressKey } from "../../../net/address-key.ts";
import { type AnnouncementSink, announce } from "./announced-port.ts";
import { isGroupAddress, readAddress } from "./written-address.ts";

const MAX_TRANSPORTS = 8;
const MAX_PARAMETERS = 32;
/** RTP and RTCP; a few more for layered media. */
const MAX_PORTS = 8;
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/;
/** Media interleaved in the connection itself: no port. */
const ON_THE_CONNECTION = /\/TCP$/i;

/**
 * @param client the client's side of the session
 * @param isReply whether this is the server's reply, which contains its own ports
 */
export function readTransport(value: string, client: 0 | 1, isReply: boolean, emit: AnnouncementSink): void {
  for (const transport of value.split(",", MAX_TRANSPORTS)) {
    const [protocol, ...written] = transport.split(";", MAX_PARAMETERS).map((part) => part.trim());
    if (ON_THE_CONNECTION.test(protocol)) continue;
    const parameters = new Map(
      written.map((text): [string, string] => {
        const equals = text.indexOf("=");
        return equals < 0
          ? [text.toLowerCase(), ""]
          : [text.slice(0, equals).toLowerCase(), text.slice(equals + 1)];
      }),
    );
    const addressOf = (name: string) => readAddress(parameters.get(name) ?? "");
    const report = (name: string, side: 0 | 1, address: AddressKey | null) => {
      for (const port of portsIn(parameters.get(name))) {
        announce(emit, { transport: "udp", address, port, side, holds: "session" });
      }
    };
    const server = client === 0 ? 1 : 0;
    const sender = isReply ? server : client;
    const destination = addressOf("destination");
    report("client_port", client, destination);
    report("server_port", server, addressOf("source"));
    report("control_port", sender, null);
    report("timing_port", sender, null);
    if (destination !== null && isGroupAddress(destination)) report("port", server, destination);
  }
}

function portsIn(text: string | undefined): number[] {
  const match = PORTS.exec(text ?? "");
  if (match === null) return [];
  const first = Number(match[1]);
  const last = Math.min(Number(match[2] ?? first), first + MAX_PORTS - 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
