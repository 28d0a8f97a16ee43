/** Interface between the layers of a built packet: a layer's numbers, and how its header is written. */

/** The numbers by which outer layers announce a layer. */
export interface LayerNumbers {
  readonly etherType?: number;
  readonly ipProtocol?: number;
  readonly pppProtocol?: number;
  /** LINKTYPE_ value of a packet that begins with it. */
  readonly linkType?: number;
  /** 4 or 6. */
  readonly ipVersion?: number;
}

/** Addresses of the IP header around TCP or UDP, for the checksum. */
export interface PseudoHeader {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** One layer. `encode` returns the header, the payload, and the protocol's trailer, if any. */
export interface PacketLayer extends LayerNumbers {
  readonly addresses?: PseudoHeader;
  encode(payload: Uint8Array, next: LayerNumbers, around: PseudoHeader | undefined): Uint8Array;
}

/** Returns the Internet checksum (RFC 1071) over `parts`; all but the last must have even lengths. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += (part[i] << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Returns the 4 or 16 bytes of an address in text form. */
export function addressBytes(text: string): Uint8Array {
  if (!text.includes(":")) return Uint8Array.from(text.split("."), Number);
  const [head = "", tail] = text.split("::");
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const zeros = new Array<number>(8 - left.length - right.length).fill(0);
  return Uint8Array.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

/** Returns the 6 (or 8) bytes of a hardware address: `02:00:00:00:00:01`. */
export function hardwareAddressBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
