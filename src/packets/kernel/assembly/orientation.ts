/**
 * Decides which side of a flow is the service and which one began it (docs/contract.md, "Which side is the service").
 * Called when the flow has ended, so that a late SYN still decides.
 */
import { PORTS } from "../../../net/port-numbers";
import {
  ENTRY_ADDRESS_A,
  ENTRY_ADDRESS_B,
  ENTRY_PORTS,
  ENTRY_STATE,
  FLOW_BROADCAST_FROM_A,
  FLOW_BROADCAST_FROM_B,
  FLOW_FIRST_FROM_B,
  FLOW_SYN,
  FLOW_SYN_ACK,
  FLOW_SYN_ACK_FROM_A,
  FLOW_SYN_FROM_A,
  KIND_IPV6,
  KIND_UDP,
  ORIENTED_ORIGINATOR_SHIFT,
  ORIENTED_RULE_SHIFT,
  RULE_FIRST_PACKET,
  RULE_LIST,
  RULE_LOWER_PORT,
  RULE_MULTICAST,
  RULE_SYN,
  RULE_SYN_ACK,
  RULE_UNKNOWN,
  SPECIFICITIES_AT,
  WIDE_WORDS,
} from "../layout";
import { entryAt, wideAt } from "./flow-entries";

const A = 0;
const B = 1;

/** FTP servers open active data connections from this port (RFC 959, 3.2). */
const FTP_DATA_PORT: u32 = 20;

/** Ephemeral ports begin here (RFC 6335, 6): they identify no service. */
const FIRST_EPHEMERAL_PORT: u32 = 49152;

/** Orients the flow in an entry; returns `ORIENTED_...` bits. */
export function orient(entry: i32): i32 {
  const base = entryAt(entry);
  const state = load<i32>(base, ENTRY_STATE * 4);
  const ports = load<u32>(base, ENTRY_PORTS * 4);
  const portA = ports >> 16;
  const portB = ports & 0xffff;
  if ((state & KIND_UDP) === 0) {
    if ((state & FLOW_SYN) !== 0) {
      return byHandshake(portA, portB, (state & FLOW_SYN_FROM_A) !== 0 ? A : B, RULE_SYN);
    }
    if ((state & FLOW_SYN_ACK) !== 0) {
      return byHandshake(portA, portB, (state & FLOW_SYN_ACK_FROM_A) !== 0 ? B : A, RULE_SYN_ACK);
    }
  }
  const specificities: usize = SPECIFICITIES_AT + (state & KIND_UDP) * PORTS;
  const specificityA = load<u8>(specificities + portA);
  const specificityB = load<u8>(specificities + portB);
  if (specificityA !== specificityB) return orientedTo(specificityA > specificityB ? A : B, RULE_LIST);
  const groupA = isGroupA(base, state);
  if (groupA !== isGroupB(base, state)) return orientedTo(groupA ? A : B, RULE_MULTICAST);
  if (portA !== portB) {
    const lower = portA < portB ? A : B;
    return orientedTo(lower, min(portA, portB) < FIRST_EPHEMERAL_PORT ? RULE_LOWER_PORT : RULE_UNKNOWN);
  }
  return orientedTo((state & FLOW_FIRST_FROM_B) !== 0 ? A : B, RULE_FIRST_PACKET);
}

/** The side that was asked is the service, except on FTP's active data connections. */
function byHandshake(portA: u32, portB: u32, originator: i32, rule: i32): i32 {
  const port = originator === A ? portA : portB;
  const service = port === FTP_DATA_PORT ? originator : 1 - originator;
  return (rule << ORIENTED_RULE_SHIFT) | (originator << ORIENTED_ORIGINATOR_SHIFT) | service;
}

/** Returns the orientation if the other side asked. */
function orientedTo(service: i32, rule: i32): i32 {
  return (rule << ORIENTED_RULE_SHIFT) | ((1 - service) << ORIENTED_ORIGINATOR_SHIFT) | service;
}

/** Whether A is a multicast or broadcast address, or received a link-layer broadcast (`FlowView.isGroup`). */
function isGroupA(base: usize, state: i32): bool {
  if ((state & FLOW_BROADCAST_FROM_B) !== 0) return true;
  if ((state & KIND_IPV6) === 0) return isIpv4Group(load<u32>(base, ENTRY_ADDRESS_A * 4));
  return isIpv6Group(load<u32>(wideAt(load<i32>(base, ENTRY_ADDRESS_B * 4))));
}

function isGroupB(base: usize, state: i32): bool {
  if ((state & FLOW_BROADCAST_FROM_A) !== 0) return true;
  if ((state & KIND_IPV6) === 0) return isIpv4Group(load<u32>(base, ENTRY_ADDRESS_B * 4));
  return isIpv6Group(load<u32>(wideAt(load<i32>(base, ENTRY_ADDRESS_B * 4)), WIDE_WORDS * 2));
}

/** As in `net/addresses.ts`. */
function isIpv4Group(address: u32): bool {
  return address >> 28 === 0xe || address === 0xffffffff;
}

function isIpv6Group(firstWord: u32): bool {
  return firstWord >> 24 === 0xff;
}
