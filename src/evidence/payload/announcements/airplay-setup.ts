/**
 * SETUP of AirPlay 2 without encryption: property lists with the ports of the session and of each stream (pyatv,
 * protocols/airplay; public receivers). The stream type determines the transport: 103 (buffered audio) and 110 (mirroring)
 * use TCP.
 */
import { type AnnouncementSink, announce, type MessageBytes } from "./announced-port.ts";
import { readPlistIntegers } from "./binary-plist.ts";

const OVER_TCP: readonly (number | undefined)[] = [103, 110];

/** @param side the sender of the list, whose ports these are */
export function readAirplaySetup(list: MessageBytes, side: 0 | 1, emit: AnnouncementSink): void {
  for (const integers of readPlistIntegers(list)) {
    const report = (key: string, transport: "tcp" | "udp") => {
      const port = integers.get(key);
      if (port !== undefined) announce(emit, { transport, address: null, port, side, holds: "session" });
    };
    report("eventPort", "tcp");
    report("timingPort", "udp");
    report("controlPort", "udp");
    report("dataPort", OVER_TCP.includes(integers.get("type")) ? "tcp" : "udp");
  }
}
