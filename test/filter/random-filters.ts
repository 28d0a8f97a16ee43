/** Random filter trees for fast-check, in the shape that the parser returns. */
import fc from "fast-check";
import {
  combine,
  type Direction,
  type FilterNode,
  type Ipv4Network,
  type Ipv6Network,
  type PrimitiveNode,
} from "../../src/filter/filter-ast.ts";
import { maskIpv4, maskIpv6 } from "../../src/filter/ip-networks.ts";
import { ipv4Mask } from "../../src/net/address-text.ts";

export const anyDirection = fc.constantFrom<Direction>("either", "source", "destination", "both");
export const anyOperator = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");

const anyWord = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const anyMask = fc.oneof(fc.nat({ max: 32 }).map(ipv4Mask), anyWord);
const anyPort = fc.nat({ max: 0xffff });
const anyNumber = fc.nat({ max: 0x7fff_ffff }).map((half) => half * 2);
const anyVersion = fc.constantFrom(4, 6, null);

const anyIpv4Network = fc.tuple(anyWord, anyMask).map(
  ([address, mask]): Ipv4Network => ({
    version: 4,
    address: maskIpv4({ version: 4, address, mask }),
    mask,
  }),
);

const anyIpv6Network = fc
  .tuple(fc.tuple(anyWord, anyWord, anyWord, anyWord), fc.nat({ max: 128 }))
  .map(([words, prefixLength]): Ipv6Network => {
    return { version: 6, words: maskIpv6({ version: 6, words, prefixLength }), prefixLength };
  });

/** Any test with any values. */
export const anyPrimitive: fc.Arbitrary<PrimitiveNode> = fc.oneof(
  fc.record({
    kind: fc.constant("address" as const),
    direction: anyDirection,
    network: fc.oneof(anyIpv4Network, anyIpv6Network),
  }),
  fc
    .tuple(fc.constantFrom(6, 17, null), anyDirection, anyPort, anyPort, fc.boolean())
    .map(([transport, direction, a, b, isOne]): PrimitiveNode => {
      const [first, last] = isOne ? [a, a] : [Math.min(a, b), Math.max(a, b)];
      return { kind: "ports", transport, direction, first, last };
    }),
  fc.record({ kind: fc.constant("ip-version" as const), version: fc.constantFrom(4, 6) }),
  fc.record({ kind: fc.constant("protocol" as const), version: anyVersion, protocol: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant("ether-type" as const), etherType: fc.constantFrom(0x0806, 0x8035) }),
  fc.record({
    kind: fc.constant("hardware" as const),
    direction: fc.constantFrom("source", "destination", "either", "both"),
    address: fc.nat({ max: 2 ** 48 - 1 }),
  }),
  fc.record({ kind: fc.constant("vlan" as const), vlan: fc.option(fc.nat({ max: 4095 })) }),
  fc.record({ kind: fc.constant("multicast" as const), version: anyVersion }),
  fc.record({ kind: fc.constant("broadcast" as const), version: fc.constantFrom(4, null) }),
  fc.record({ kind: fc.constant("length" as const), operator: anyOperator, value: anyNumber }),
  fc.record({
    kind: fc.constant("tcp-flags" as const),
    mask: fc.nat({ max: 255 }),
    operator: anyOperator,
    value: anyNumber,
  }),
);

/** Trees over these tests. */
export function filterTrees(leaf: fc.Arbitrary<FilterNode>, maxDepth = 5): fc.Arbitrary<FilterNode> {
  return fc.letrec<{ tree: FilterNode }>((tie) => ({
    tree: fc.oneof(
      { maxDepth, withCrossShrink: true },
      leaf,
      tie("tree").map((operand): FilterNode => ({ kind: "not", operand })),
      fc
        .tuple(fc.constantFrom("and" as const, "or" as const), tie("tree"), tie("tree"))
        .map(([kind, left, right]): FilterNode => combine(kind, left, right)),
    ),
  })).tree;
}
