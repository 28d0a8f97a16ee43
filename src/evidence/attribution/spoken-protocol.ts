/** The protocol of a flow, for the explanation of its attribution. */
import type { ProductSign, Protocol } from "../../net/application-protocols.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";
import type { FirstBytes } from "../observation/recognised-flows.ts";
import type { RowFit } from "./row-fit.ts";

/** The protocol that a flow's payload was recognised as. */
export interface SpokenProtocol {
  readonly protocol: Protocol;
  /** The client, according to the payload; null if both sides may send it. */
  readonly askedBy: "originator" | "responder" | null;
  /** Feature of the payload that only one product of the list has, or null. */
  readonly sign: ProductSign | null;
  /** Whether the rows of the port are for this protocol (`confirmed`) or none is (`contradicted`); null: neither is known. */
  readonly rows: "confirmed" | "contradicted" | null;
  /** First bytes of the side that shows the protocol; null if they were not kept, or a log names the protocol. */
  readonly firstBytes: SpokenBytes | null;
  /** Only a log of flows names the protocol: no payload was seen. */
  readonly isTold: boolean;
}

/** The first bytes of one side of a flow, at most 8. */
export interface SpokenBytes {
  readonly of: "originator" | "responder";
  readonly bytes: Uint8Array;
}

/** `first`: the first bytes kept of the flow, or null. Returns null if nothing was recognised. */
export function spokenOf(
  { recognition }: FlowFacts,
  { isSeen, isContradicted }: RowFit,
  originator: number,
  first: FirstBytes | null,
): SpokenProtocol | null {
  if (recognition === null) return null;
  const { protocol, asks, sign } = recognition;
  const askedBy = asks === null ? null : nameOfSide(asks, originator);
  const rows = isContradicted ? "contradicted" : isSeen ? "confirmed" : null;
  const isTold = first?.bytes.length === 0;
  const firstBytes =
    first === null || isTold ? null : { of: nameOfSide(first.side, originator), bytes: first.bytes };
  return { protocol, askedBy, sign, rows, firstBytes, isTold };
}

function nameOfSide(side: number, originator: number): "originator" | "responder" {
  return side === originator ? "originator" : "responder";
}
