/** What a flow was recognised to speak, for who asks why it was attributed so. */
import type { ProductSign, Protocol } from "../../net/application-protocols.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";
import type { FirstBytes } from "../observation/recognised-flows.ts";
import type { RowFit } from "./row-fit.ts";

/** What a flow's payload was recognised to speak. */
export interface SpokenProtocol {
  readonly protocol: Protocol;
  /** Which side shows by it that it asks; null where both may say it. */
  readonly askedBy: "originator" | "responder" | null;
  /** Something in it that belongs to one product of the list, or null. */
  readonly sign: ProductSign | null;
  /** What that says of the rows of the port: they are for it, or none of them is; null: neither. */
  readonly rows: "confirmed" | "contradicted" | null;
  /** What the side began with that shows it; null where nobody kept that, or a log names the protocol. */
  readonly firstBytes: SpokenBytes | null;
  /** Only a log of flows names the protocol: no payload was seen. */
  readonly isTold: boolean;
}

/** At most 8 bytes that a side of a flow began with. */
export interface SpokenBytes {
  readonly of: "originator" | "responder";
  readonly bytes: Uint8Array;
}

/** `first`: what was kept of the flow's beginning, or null; null where nothing was recognised. */
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
