/** Input and output of announcement readers. */
import type { AnnouncedPort } from "../../src/evidence/payload/announcements/announced-port.ts";
import { readerOf } from "../../src/evidence/payload/announcements/announcement-readers.ts";
import { type AddressKey, formatAddressKey } from "../../src/net/address-key.ts";
import type { Protocol } from "../../src/net/application-protocols.ts";

/** A message of the client (0) or the server (1). */
export type Said = readonly [side: 0 | 1, content: string | Uint8Array];

/** "udp 192.0.2.1:5004 of 1": on the host of that side if no address is named. */
export function portText({ transport, address, port, side }: AnnouncedPort): string {
  return `${transport} ${address === null ? "" : formatAddressKey(address as AddressKey)}:${port} of ${side}`;
}

/** Returns the ports that complete messages announce. */
export function portsOf(protocol: Protocol, said: readonly Said[], isStream = true): string[] {
  const ports: string[] = [];
  const reader = readerOf(protocol, isStream, (port) => ports.push(portText(port)));
  for (const [side, content] of said) {
    const bytes = typeof content === "string" ? new Uint8Array(Buffer.from(content, "latin1")) : content;
    reader?.read(side, { bytes, offset: 0, end: bytes.length });
  }
  return ports;
}
