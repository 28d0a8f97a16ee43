/** Community ID v1 with seed 0 (github.com/corelight/community-id-spec): all tools compute the same ID for a flow. */
import { createHash } from "node:crypto";
import { IpProtocol } from "../net/ip-protocols.ts";

/** Hash input: the seed (0), the addresses, the protocol with a byte of padding, the ports. */
const SEED_LENGTH = 2;
const PROTOCOL_LENGTH = 2;

/** One end of a flow; the bytes of its address (4 or 16) are borrowed for the call. */
export interface CommunityEnd {
  readonly address: Uint8Array;
  readonly port: number;
}

/**
 * Returns the ID of a flow. `smaller` is the end with the smaller address, or the smaller port if the addresses are equal.
 */
export function communityId(transport: "tcp" | "udp", smaller: CommunityEnd, larger: CommunityEnd): string {
  const ports = SEED_LENGTH + smaller.address.length + larger.address.length + PROTOCOL_LENGTH;
  const bytes = new Uint8Array(ports + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(smaller.address, SEED_LENGTH);
  bytes.set(larger.address, SEED_LENGTH + smaller.address.length);
  bytes[ports - PROTOCOL_LENGTH] = transport === "tcp" ? IpProtocol.TCP : IpProtocol.UDP;
  view.setUint16(ports, smaller.port);
  view.setUint16(ports + 2, larger.port);
  return `1:${createHash("sha1").update(bytes).digest("base64")}`;
}
