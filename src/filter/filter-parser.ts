/**
 * Grammar of filter expressions: the common part of tcpdump's language (pcap-filter(7)).
 *
 *   expression = operand { ("and" | "or") operand }          equal precedence, left to right, as in tcpdump
 *   operand    = "not" operand | "(" expression ")" | test
 *   test       = [ip | ip6] [direction] [host | net] VALUES      [tcp | udp] [direction] (port | portrange) VALUES
 *              | [ip | ip6] proto VALUES                         ip | ip6 | arp | rarp | tcp | udp | icmp | icmp6 | ...
 *              | [ip | ip6] multicast | [ip] broadcast           less N | greater N | len OP N
 *              | ether [direction] host MAC                        vlan [N]
 *              | tcp[tcpflags] [& FLAGS] OP FLAGS                VALUE
 *   direction  = src | dst | src or dst | src and dst
 *   VALUES     = VALUE | "not" VALUES | "(" VALUES { ("and" | "or") VALUES } ")"
 *
 * A bare VALUE takes the qualifiers of the preceding test: `tcp dst port 80 or 443`. After parentheses these are the
 * qualifiers from before them. Without any, an address is a host, and an address with a prefix length is a network.
 */
import { parseHardware } from "../net/hardware-address.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import {
  combine,
  type Direction,
  type FilterNode,
  type IpVersion,
  type PrimitiveNode,
} from "./filter-ast.ts";
import { PORT_NAMES, PROTOCOL_WORDS, REFUSED_WORDS } from "./filter-names.ts";
import { readRelation } from "./filter-relations.ts";
import { type Token, TokenReader } from "./filter-tokens.ts";
import {
  isAddressAhead,
  parseNumber,
  type Qualifiers,
  readNumber,
  readValue,
  type ValueType,
} from "./filter-values.ts";

/** Maximum nesting of parentheses and `not`, to protect the stack. */
export const MAX_FILTER_DEPTH = 64;

const MAX_LENGTH = 0xffff_ffff;
const MAX_VLAN = 4095;
const A_TEST = 'a test such as "host 192.0.2.1" or "tcp port 443"';
const VALUE_TYPES: readonly ValueType[] = ["host", "net", "port", "portrange", "proto"];
const PORT_TYPES: readonly ValueType[] = ["port", "portrange"];
const NO_QUALIFIERS: Qualifiers = { type: "address", direction: "either", version: null, transport: null };
/** Keywords allowed before `multicast`; `ip6 broadcast` does not exist. */
const GROUP_VERSIONS: ReadonlyMap<string, IpVersion> = new Map([
  ["ip", 4],
  ["ip6", 6],
]);
/** Wireshark's display filter language, which users may type by mistake. */
const DISPLAY_FILTER_WORD = /^(?:ip|ipv6|tcp|udp|eth|frame|icmp|dns|http|tls)\.[a-z]/;

/**
 * Parses an expression into its tree.
 *
 * @throws InputError `bad_filter`: the problem, its column, and what was expected there.
 */
export function parseFilter(expression: string): FilterNode {
  return new FilterParser(new TokenReader(expression)).parse();
}

class FilterParser {
  readonly #reader: TokenReader;
  #depth = 0;
  /** Qualifiers that a bare value takes over. */
  #carried: Qualifiers | null = null;

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  parse(): FilterNode {
    const reader = this.#reader;
    if (reader.peek().kind === "end")
      throw reader.error("the filter is empty; leave it out to take all packets");
    const node = this.#chain(null);
    if (reader.peek().kind !== "end") throw reader.expected('"and", "or" or the end');
    return node;
  }

  /** Operands and the operators between them: tests, or after qualifiers values. */
  #chain(qualifiers: Qualifiers | null): FilterNode {
    let node = this.#operand(qualifiers);
    for (;;) {
      const kind = this.#reader.takeIf("&&") ? "and" : this.#reader.takeIf("||") ? "or" : null;
      if (kind === null) return node;
      node = combine(kind, node, this.#operand(qualifiers));
    }
  }

  #operand(qualifiers: Qualifiers | null): FilterNode {
    const reader = this.#reader;
    const opening = reader.peek();
    if (reader.takeIf("!")) {
      return { kind: "not", operand: this.#nested(opening, () => this.#operand(qualifiers)) };
    }
    const relation = qualifiers === null ? readRelation(reader) : null;
    if (relation !== null) {
      this.#carried = null;
      return relation;
    }
    if (reader.takeIf("(")) return this.#parenthesized(opening, qualifiers);
    return qualifiers === null ? this.#test() : readValue(reader, qualifiers, false);
  }

  #parenthesized(opening: Token, qualifiers: Qualifiers | null): FilterNode {
    const carried = this.#carried;
    const node = this.#nested(opening, () => this.#chain(qualifiers));
    this.#reader.expect(")", '"and", "or" or ")"');
    this.#carried = carried;
    return node;
  }

  #nested(opening: Token, parse: () => FilterNode): FilterNode {
    if (++this.#depth > MAX_FILTER_DEPTH) {
      throw this.#reader.error(`nested deeper than ${MAX_FILTER_DEPTH}`, opening);
    }
    const node = parse();
    this.#depth--;
    return node;
  }

  #test(): FilterNode {
    const reader = this.#reader;
    const token = reader.peek();
    if (token.kind !== "word") throw reader.expected(A_TEST);
    if (token.isEscaped) return this.#bareValue(token);
    const reason = REFUSED_WORDS.get(token.text);
    if (reason !== undefined) throw reader.error(`"${token.text}" ${reason}`);
    if (reader.takeIf("less")) return this.#lengthTest("<=");
    if (reader.takeIf("greater")) return this.#lengthTest(">=");
    if (reader.takeIf("vlan")) return this.#vlanTest();
    if (reader.takeIf("ether")) return this.#hardwareTest();
    const group = this.#groupTest(null);
    if (group !== null) return group;
    const protocol = PROTOCOL_WORDS.has(token.text) ? reader.take() : null;
    const direction = this.#takeDirection();
    const type = VALUE_TYPES.find((word) => reader.takeIf(word)) ?? null;
    if (direction !== null || type !== null) {
      return this.#values(qualify(reader, protocol, direction, type ?? "address"));
    }
    if (protocol === null) return this.#bareValue(token);
    return this.#groupTest(protocol) ?? this.#protocolTest(protocol);
  }

  /** The values after qualifiers, which then carry over. */
  #values(qualifiers: Qualifiers): FilterNode {
    const node = this.#operand(qualifiers);
    this.#carried = qualifiers;
    return node;
  }

  #bareValue(token: Token): FilterNode {
    if (this.#carried !== null) return readValue(this.#reader, this.#carried, true);
    if (!isAddressAhead(this.#reader)) throw this.#strangeWord(token);
    this.#carried = NO_QUALIFIERS;
    return readValue(this.#reader, NO_QUALIFIERS, false);
  }

  #strangeWord(token: Token): Error {
    const reader = this.#reader;
    const { text } = token;
    if (parseNumber(text) !== null || PORT_NAMES.has(text)) {
      return reader.error(
        `${reader.quote(token)} alone is ambiguous; for a port write "port ${text}"`,
        token,
      );
    }
    if (DISPLAY_FILTER_WORD.test(text)) {
      const hint = "is Wireshark's display filter syntax; filters use tcpdump's syntax";
      return reader.error(`${reader.quote(token)} ${hint}: "host 192.0.2.1", "tcp port 443"`, token);
    }
    return reader.expected(A_TEST, token);
  }

  #lengthTest(operator: "<=" | ">="): PrimitiveNode {
    this.#carried = null;
    return { kind: "length", operator, value: readNumber(this.#reader, "a number of bytes", MAX_LENGTH) };
  }

  #vlanTest(): PrimitiveNode {
    this.#carried = null;
    const { kind, text } = this.#reader.peek();
    const hasNumber = kind === "word" && parseNumber(text) !== null;
    return {
      kind: "vlan",
      vlan: hasNumber ? readNumber(this.#reader, "a VLAN number", MAX_VLAN) : null,
    };
  }

  #hardwareTest(): PrimitiveNode {
    this.#carried = null;
    const reader = this.#reader;
    const direction = this.#takeDirection() ?? "either";
    const isHost = reader.takeIf("host");
    if (!isHost && direction === "either") throw reader.expected('"host" and a hardware address');
    const token = reader.peek();
    const address = parseHardware(token.text);
    if (address === null) throw reader.expected('a hardware address such as "d8:30:62:01:02:03"');
    reader.take();
    return { kind: "hardware", direction, address };
  }

  #protocolTest(protocol: Token): FilterNode {
    this.#carried = null;
    const node = PROTOCOL_WORDS.get(protocol.text);
    if (node === undefined) throw new Error(`no protocol word: ${protocol.text}`);
    return node;
  }

  /**
   * `multicast` or `broadcast`, with or without a protocol keyword before it; null, consuming nothing, for anything
   * else.
   */
  #groupTest(protocol: Token | null): PrimitiveNode | null {
    const reader = this.#reader;
    const group = reader.peek();
    const isMulticast = reader.takeIf("multicast");
    if (!isMulticast && !reader.takeIf("broadcast")) return null;
    this.#carried = null;
    const version = protocol === null ? null : GROUP_VERSIONS.get(protocol.text);
    if (isMulticast && version !== undefined) return { kind: "multicast", version };
    if (!isMulticast && version !== undefined && version !== 6) return { kind: "broadcast", version };
    throw reader.error(`there is no "${protocol?.text} ${group.text}"`, protocol ?? group);
  }

  #takeDirection(): Direction | null {
    const reader = this.#reader;
    const isSource = reader.takeIf("src");
    if (!isSource && !reader.takeIf("dst")) return null;
    if (reader.isAt(isSource ? "dst" : "src", 1) && (reader.isAt("&&") || reader.isAt("||"))) {
      const isBoth = reader.take().text === "&&";
      reader.take();
      return isBoth ? "both" : "either";
    }
    return isSource ? "source" : "destination";
  }
}

/** Checks that the keywords before a value fit together. */
function qualify(
  reader: TokenReader,
  protocol: Token | null,
  direction: Direction | null,
  type: ValueType,
): Qualifiers {
  if (type === "proto" && direction !== null) throw reader.error('"proto" has no direction');
  const qualifiers: Qualifiers = { ...NO_QUALIFIERS, type, direction: direction ?? "either" };
  if (protocol === null) return qualifiers;
  const isPort = PORT_TYPES.includes(type);
  const { text } = protocol;
  switch (text) {
    case "ip":
    case "ip6":
      if (!isPort) return { ...qualifiers, version: text === "ip" ? 4 : 6 };
      throw reader.error(
        `"${text}" can only precede host, net and proto; write "${text} and ${type} ..."`,
        protocol,
      );
    case "tcp":
    case "udp":
      if (isPort) return { ...qualifiers, transport: text === "tcp" ? IpProtocol.TCP : IpProtocol.UDP };
      throw reader.error(
        `"${text}" can only precede port and portrange; for others write "${text} and ..."`,
        protocol,
      );
    case "arp":
    case "rarp":
      throw reader.error(`addresses in ${text.toUpperCase()} packets are not matched`, protocol);
    case "sctp":
      throw reader.error("SCTP ports are not decoded", protocol);
    default:
      throw reader.error(`"${text}" takes no value; write "${text} and ..."`, protocol);
  }
}
