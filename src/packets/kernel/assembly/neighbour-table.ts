/**
 * The last hardware address and VLAN of each IP address: a small table indexed by the address, so that the program is
 * called only if they may have changed. If another address has taken the entry, this reports a change: too often, never
 * too rarely.
 */
import {
  BUFFER_AT,
  GATEWAY_ENTRIES,
  GATEWAYS_AT,
  HOPS_NONE,
  HOPS_SOME,
  HOPS_UNKNOWN,
  KIND_IPV6,
  META_BYTE_MASK,
  META_FROM_B,
  META_RECEIVER_SHIFT,
  META_SENDER_SHIFT,
  MULTIPLIERS_AT,
  NEIGHBOUR_ENTRIES,
  NEIGHBOURS_AT,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_META,
  ROW_TRANSPORT,
} from "../layout";
import { observeAddress } from "./host";
import { rowAt } from "./packet-rows";

const IPV4_LENGTH = 20;
const IPV4_WITHOUT_OPTIONS = 0x45;
const IPV4_TTL_OFFSET = 8;
const IPV6_LENGTH = 40;
const IPV6_VERSION = 6;
const IPV6_HOP_LIMIT_OFFSET = 7;
/** Lower hop limits are chosen by tools that address the next routers (traceroute). */
const MIN_HOPS_LEFT: u32 = 32;
const HARDWARE_LENGTH = 6;
/** Tag types (IEEE 802.1Q, 9.6), loaded with the lower byte first. */
const TAG: u32 = 0x0081;
const SERVICE_TAG: u32 = 0xa888;
const VLAN_MASK: u32 = 0x0fff;
/** Facts seen of an address with one hardware: a bit for each of the known hops, and one for having sent. */
const SEEN_MASK: u64 = 7;
const SEEN_SENDING: u64 = 4;

/** Handles the sender of row `i`. */
export function observeSender(i: i32): void {
  const row = rowAt(i);
  const meta = load<i32>(row, ROW_META * 4);
  const distance = (meta >>> META_SENDER_SHIFT) & META_BYTE_MASK;
  if (distance === 0) return;
  const address = row + ((meta & META_FROM_B) === 0 ? ROW_ADDRESS_A : ROW_ADDRESS_B) * 4;
  const hops = hopsOf(row, meta);
  reportChange(i, 0, address, hardwareAt(row, distance), meta, hops);
}

/** Handles the receiver of row `i`; the hop limit only applies to the sender. */
export function observeReceiver(i: i32): void {
  const row = rowAt(i);
  const meta = load<i32>(row, ROW_META * 4);
  const distance = (meta >>> META_RECEIVER_SHIFT) & META_BYTE_MASK;
  if (distance === 0) return;
  const address = row + ((meta & META_FROM_B) === 0 ? ROW_ADDRESS_B : ROW_ADDRESS_A) * 4;
  reportChange(i, 1, address, hardwareAt(row, distance), meta, HOPS_UNKNOWN);
}

/** Returns the hardware address at `distance` bytes before the transport header, with a bit that makes it nonzero. */
function hardwareAt(row: usize, distance: i32): u64 {
  const at: usize = BUFFER_AT + load<u32>(row, ROW_TRANSPORT * 4) - distance;
  return (u64(load<u32>(at)) << 16) | u64(load<u16>(at, 4)) | ((<u64>1) << 48);
}

/** Returns the VLAN in the first tag of an Ethernet frame plus 1; 0 if it has none. */
function vlanOf(row: usize, meta: i32): u32 {
  const sender = (meta >>> META_SENDER_SHIFT) & META_BYTE_MASK;
  if (((meta >>> META_RECEIVER_SHIFT) & META_BYTE_MASK) - sender !== HARDWARE_LENGTH) return 0;
  const at: usize = BUFFER_AT + load<u32>(row, ROW_TRANSPORT * 4) - sender + HARDWARE_LENGTH;
  const type: u32 = load<u16>(at);
  if (type !== TAG && type !== SERVICE_TAG) return 0;
  return (u32(bswap<u16>(load<u16>(at, 2))) & VLAN_MASK) + 1;
}

/** Reports changes to the program, except for public addresses behind a known gateway. */
function reportChange(i: i32, end: i32, address: usize, hardware: u64, meta: i32, hops: i32): void {
  const isIpv6 = (meta & KIND_IPV6) !== 0;
  const gateway: usize = GATEWAYS_AT + (i32(hardware ^ (hardware >> 8)) & (GATEWAY_ENTRIES - 1)) * 8;
  if (load<u64>(gateway) === hardware && isPublic(load<u32>(address), isIpv6)) return;
  const seen = u64(hops) | (end === 0 ? SEEN_SENDING : 0);
  if (!updateNeighbour(address, hardware, meta, seen, vlanOf(rowAt(i), meta))) return;
  if (observeAddress(i, end, hops) !== 0) store<u64>(gateway, hardware);
}

/** Whether an address is neither private, link-local nor a group, by its first 32 bits. */
function isPublic(first: u32, isIpv6: bool): bool {
  if (isIpv6) return first >> 29 === 1;
  const network = first >> 24;
  if (network === 10 || network === 127 || network >= 224) return false;
  if (network === 100) return first >> 22 !== 0x191;
  if (network === 169) return first >> 16 !== 0xa9fe;
  if (network === 172) return first >> 20 !== 0xac1;
  return first >> 16 !== 0xc0a8;
}

/** Whether this adds to what was last recorded of the address; records it. */
function updateNeighbour(address: usize, hardware: u64, meta: i32, seen: u64, vlan: u32): bool {
  let key: u64 = u64(load<u32>(address)) + 1;
  if ((meta & KIND_IPV6) !== 0) {
    for (let i = 1; i < 4; i++) {
      key = key * load<u64>(MULTIPLIERS_AT + (i << 3)) + u64(load<u32>(address + (i << 2)));
    }
  }
  key *= load<u64>(MULTIPLIERS_AT) | 1;
  const entry: usize = NEIGHBOURS_AT + (i32(key >> 40) & (NEIGHBOUR_ENTRIES - 1)) * 8;
  const frame = rotl<u64>((hardware ^ (u64(vlan) << 49)) << 2, 8);
  const tag = (key ^ (frame * (load<u64>(MULTIPLIERS_AT + 32) | 1))) & ~SEEN_MASK;
  const stored = load<u64>(entry);
  if ((stored & ~SEEN_MASK) !== tag) {
    store<u64>(entry, tag | seen);
    return true;
  }
  if ((stored & seen) === seen) return false;
  store<u64>(entry, stored | seen);
  return true;
}

/** Derives the distance of the sender from the hop limit: systems start with 64, 128 or 255. */
function hopsOf(row: usize, meta: i32): i32 {
  const transport: usize = BUFFER_AT + load<u32>(row, ROW_TRANSPORT * 4);
  let left: u32;
  if ((meta & KIND_IPV6) !== 0) {
    if (load<u8>(transport - IPV6_LENGTH) >> 4 !== IPV6_VERSION) return HOPS_UNKNOWN;
    left = load<u8>(transport - IPV6_LENGTH, IPV6_HOP_LIMIT_OFFSET);
  } else {
    if (load<u8>(transport - IPV4_LENGTH) !== IPV4_WITHOUT_OPTIONS) return HOPS_UNKNOWN;
    left = load<u8>(transport - IPV4_LENGTH, IPV4_TTL_OFFSET);
  }
  if (left === 64 || left === 128 || left === 255) return HOPS_NONE;
  return left > MIN_HOPS_LEFT ? HOPS_SOME : HOPS_UNKNOWN;
}
