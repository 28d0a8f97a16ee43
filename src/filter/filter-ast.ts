/** What a filter expression says, after all shorthand is written out: a tree that the parser makes and the compiler reads. */

/** Which of a packet's two addresses or ports a test is about; `either` is what no word at all means. */
export type Direction = "source" | "destination" | "either" | "both";

export type IpVersion = 4 | 6;

export type RelationOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** An IPv4 address with the bits that count. Both as signed 32-bit numbers; a host has the mask -1. */
export interface Ipv4Network {
  readonly version: 4;
  readonly address: number;
  readonly mask: number;
}

/** An IPv6 address as four signed 32-bit words, the first ones first; a host has 128 bits that count. */
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

/** One test of a packet. `null` stands for "any". */
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

/** `left` and `right` under one operator, in the shape that `CombinationNode` promises. */
export function combine(kind: "and" | "or", left: FilterNode, right: FilterNode): CombinationNode {
  return { kind, operands: [...operandsOf(kind, left), ...operandsOf(kind, right)] };
}

function operandsOf(kind: "and" | "or", node: FilterNode): readonly FilterNode[] {
  return node.kind === kind ? node.operands : [node];
}
