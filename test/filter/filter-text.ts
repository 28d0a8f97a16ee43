/** Writes the tree of a filter expression as text, for tests that parse it back or pass it to tcpdump. */
import type { Direction, FilterNode, IpNetwork, PrimitiveNode } from "../../src/filter/filter-ast.ts";
import { ipv4Mask } from "../../src/net/address-text.ts";
import { formatIpv4, formatIpv6 } from "../../src/net/addresses.ts";
import { formatHardware } from "../../src/net/hardware-address.ts";

const DIRECTIONS: Readonly<Record<Direction, string>> = {
  either: "",
  source: "src ",
  destination: "dst ",
  both: "src and dst ",
};

/** Returns the expression with parentheses only where they are needed. */
export function filterText(node: FilterNode): string {
  switch (node.kind) {
    case "and":
    case "or":
      return node.operands
        .map((operand, index) =>
          index > 0 && isCombination(operand) ? grouped(operand) : filterText(operand),
        )
        .join(` ${node.kind} `);
    case "not":
      return `not ${isCombination(node.operand) ? grouped(node.operand) : filterText(node.operand)}`;
    default:
      return primitiveText(node);
  }
}

function isCombination(node: FilterNode): boolean {
  return node.kind === "and" || node.kind === "or";
}

function grouped(node: FilterNode): string {
  return `(${filterText(node)})`;
}

function primitiveText(node: PrimitiveNode): string {
  switch (node.kind) {
    case "address":
      return `${DIRECTIONS[node.direction]}net ${networkText(node.network)}`;
    case "ports": {
      const transport = node.transport === null ? "" : node.transport === 6 ? "tcp " : "udp ";
      const head = transport + DIRECTIONS[node.direction];
      if (node.first === node.last) return `${head}port ${node.first}`;
      return `${head}portrange ${node.first}-${node.last}`;
    }
    case "ip-version":
      return versionWord(node.version);
    case "protocol":
      return `${versionWord(node.version)} proto ${node.protocol}`.trim();
    case "ether-type":
      return node.etherType === 0x0806 ? "arp" : "rarp";
    case "hardware":
      return `ether ${DIRECTIONS[node.direction]}host ${formatHardware(node.address)}`;
    case "vlan":
      return node.vlan === null ? "vlan" : `vlan ${node.vlan}`;
    case "multicast":
    case "broadcast":
      return `${versionWord(node.version)} ${node.kind}`.trim();
    case "length":
      return `len ${node.operator} ${node.value}`;
    case "tcp-flags":
      return `tcp[tcpflags] & ${node.mask} ${node.operator} ${node.value}`;
  }
}

function networkText(network: IpNetwork): string {
  if (network.version === 6) return `${formatIpv6(...network.words)}/${network.prefixLength}`;
  const address = formatIpv4(network.address);
  const prefixLength = Math.clz32(~network.mask);
  if (ipv4Mask(prefixLength) === network.mask) return `${address}/${prefixLength}`;
  return `${address} mask ${formatIpv4(network.mask)}`;
}

function versionWord(version: 4 | 6 | null): string {
  return version === null ? "" : version === 4 ? "ip" : "ip6";
}
