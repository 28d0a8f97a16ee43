/**
 * SETUP of AirPlay 2, where it is not encrypted: property lists with ports of the session, and of each stream (pyatv, protocols/airplay;
 * public receivers). What a stream's type says of its transport: 103 (buffered audio) and 110 (mirroring) come over TCP.
 */
import { type AnnouncementTaker, announce, type MessageBytes } from "./announced-port.ts";
import { readPlistIntegers } from "./binary-plist.ts";

const OVER_TCP: readonly (number | undefined)[] = [103, 110];

/** @param side who sent the list: the ports are its own */
export function readAirplaySetup(list: MessageBytes, side: 0 | 1, take: AnnouncementTaker): void {
  for (const integers of readPlistIntegers(list)) {
    const report = (key: string, transport: "tcp" | "udp") => {
      const port = integers.get(key);
      if (port !== undefined) announce(take, { transport, address: null, port, side, holds: "session" });
    };
    report("eventPort", "tcp");
    report("timingPort", "udp");
    report("controlPort", "udp");
    report("dataPort", OVER_TCP.includes(integers.get("type")) ? "tcp" : "udp");
  }
}
