/** What multicast DNS says of the protocol that is spoken at a port. */
import { Side } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { PROTOCOLS, type Protocol } from "../../net/application-protocols.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { LocalServices } from "./local-services.ts";

/** The protocol that is announced for one of the ports of a packet (borrowed for the call) by a type of its own name, or null. */
export function announcedProtocolOf(services: LocalServices, packet: PacketRow): Protocol | null {
  if (services.isEmpty) return null;
  for (const side of [Side.A, Side.B]) {
    for (const type of services.typesAt(packet.addressKey(side), packet.port(side), NO_TIME)) {
      const protocol = PROTOCOLS.find((name) => type === `_${name}._tcp`);
      if (protocol !== undefined) return protocol;
    }
  }
  return null;
}
