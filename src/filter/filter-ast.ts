/** Syntax tree of a filter expression with all shorthand expanded, made by the parser and read by the compiler. */

/** Which of a packet's two addresses or ports a test applies to; `either` is the default without a keyword. */
export type Direction = "source" | "destination" | "either" | "both";

export type IpVersion = 4 | 6;

export type RelationOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** An IPv4 address and its mask, both as signed 32-bit numbers; a host has the mask -1. */
export interface Ipv4Network {
  readonly version: 4;
  readonly address: number;
  readonly mask: number;
}

/** An IPv6 address as four signed 32-bit words, most significant first, and its prefix length; 128 for a host. */
export interface Ipv6Network {
  readonly version: 6;
  readonly words: readonly [number, number, number, number];
  readonly prefixLength: number;
}

export type IpNetwork = Ipv4Network | Ipv6Network;

/** At least two operands, none of which is a node of the same kind: `a and (b and c)` has three. */
export interface CombinationNode {
  readonly kind: "and" | "or";
  readonly operands: readonly FilterNode[];
}

export interface NotNode {
  readonly kind: "not";
  readonly operand: FilterNode;
}

/** One test of a packet. `null` means "any". */
export type PrimitiveNode =
  | { readonly kind: "address"; readonly direction: Direction; readonly network: IpNetwork }
  | {
      readonly kind: "ports";
      readonly transport: number | null;
      readonly direction: Direction;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: "ip-version"; readonly version: IpVersion }
  | { readonly kind: "protocol"; readonly version: IpVersion | null; readonly protocol: number }
  | { readonly kind: "ether-type"; readonly etherType: number }
  | { readonly kind: "hardware"; readonly direction: Direction; readonly address: number }
  /** `null`: any VLAN. */
  | { readonly kind: "vlan"; readonly vlan: number | null }
  | { readonly kind: "multicast"; readonly version: IpVersion | null }
  | { readonly kind: "broadcast"; readonly version: 4 | null }
  | { readonly kind: "length"; readonly operator: RelationOperator; readonly value: number }
  | {
      readonly kind: "tcp-flags";
      readonly mask: number;
      readonly operator: RelationOperator;
      readonly value: number;
    };

export type FilterNode = CombinationNode | NotNode | PrimitiveNode;

/** Combines `left` and `right` under one operator, in the shape that `CombinationNode` requires. */
export function combine(kind: "and" | "or", left: FilterNode, right: FilterNode): CombinationNode {
  return { kind, operands: [...operandsOf(kind, left), ...operandsOf(kind, right)] };
}

function operandsOf(kind: "and" | "or", node: FilterNode): readonly FilterNode[] {
  return node.kind === kind ? node.operands : [node];
}
