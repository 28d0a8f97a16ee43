/**
 * Which side of a flow is the service, and which one began it (contract, section 3). Decided when the flow has
 * ended, so that a SYN that came late still decides.
 */
import {
  FLOW_SYN_ACK_FROM_A,
  FLOW_SYN_ACK_FROM_B,
  FLOW_SYN_FROM_A,
  FLOW_SYN_FROM_B,
} from "../kernel/layout.ts";
import { type FlowView, Side, Transport } from "./flow-view.ts";

/** How well the list knows a port: 2 for a row of one port, 1 for a range of at most 100, 0 for anything else. */
export type PortSpecificity = (transport: number, port: number) => number;

/** What decided, strongest first. */
export const OrientationRule = {
  SYN: 0,
  SYN_ACK: 1,
  LIST: 2,
  MULTICAST: 3,
  LOWER_PORT: 4,
  FIRST_PACKET: 5,
} as const;

const RULE_NAMES = ["syn", "syn-ack", "list", "multicast", "lower-port", "first-packet"] as const;

export type OrientationName = (typeof RULE_NAMES)[number];

/** The server of FTP opens active data connections from this port (RFC 959, 3.2). */
const FTP_DATA_PORT = 20;

const SERVICE_BIT = 1;
const ORIGINATOR_BIT = 2;
const RULE_SHIFT = 2;

/** Orients a flow (borrowed for the call); the answer is read with the three functions below. */
export function orientFlow(flow: FlowView, specificity: PortSpecificity): number {
  const state = flow.state;
  if (flow.transport === Transport.TCP) {
    const syn = senderOf(state, FLOW_SYN_FROM_A, FLOW_SYN_FROM_B);
    if (syn >= 0) return handshake(flow, syn, OrientationRule.SYN);
    const synAck = senderOf(state, FLOW_SYN_ACK_FROM_A, FLOW_SYN_ACK_FROM_B);
    if (synAck >= 0) return handshake(flow, 1 - synAck, OrientationRule.SYN_ACK);
  }
  const portA = flow.port(Side.A);
  const portB = flow.port(Side.B);
  const difference = specificity(flow.transport, portA) - specificity(flow.transport, portB);
  if (difference !== 0) return orientation(difference > 0 ? Side.A : Side.B, OrientationRule.LIST);
  const groupA = flow.isGroup(Side.A);
  if (groupA !== flow.isGroup(Side.B)) {
    return orientation(groupA ? Side.A : Side.B, OrientationRule.MULTICAST);
  }
  if (portA !== portB) return orientation(portA < portB ? Side.A : Side.B, OrientationRule.LOWER_PORT);
  return orientation(1 - flow.firstSender, OrientationRule.FIRST_PACKET);
}

/** The side (`Side`) whose port names the service. */
export function serviceSide(oriented: number): number {
  return oriented & SERVICE_BIT;
}

/** The side (`Side`) that began the flow. */
export function originatorSide(oriented: number): number {
  return (oriented & ORIGINATOR_BIT) >> 1;
}

/** The name of what decided. */
export function orientationName(oriented: number): OrientationName {
  return RULE_NAMES[oriented >> RULE_SHIFT];
}

function senderOf(state: number, fromA: number, fromB: number): number {
  if ((state & fromA) !== 0) return Side.A;
  return (state & fromB) !== 0 ? Side.B : -1;
}

/** The side that was asked serves, except on FTP's active data connections. */
function handshake(flow: FlowView, originator: number, rule: number): number {
  const service = flow.port(originator) === FTP_DATA_PORT ? originator : 1 - originator;
  return (rule << RULE_SHIFT) | (originator << 1) | service;
}

function orientation(service: number, rule: number): number {
  return (rule << RULE_SHIFT) | ((1 - service) << 1) | service;
}
