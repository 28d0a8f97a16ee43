import { expect, test } from "vitest";
import type { FilterNode } from "../../src/filter/filter-ast.ts";
import { MAX_FILTER_DEPTH, parseFilter } from "../../src/filter/filter-parser.ts";
import { MAX_FILTER_LENGTH, MAX_FILTER_TOKENS } from "../../src/filter/filter-tokens.ts";
import { filterText } from "./filter-text.ts";

/** Returns the expression written out, including carried qualifiers. */
const written = (expression: string): string => filterText(parseFilter(expression));

const ports = (first: number, last = first, transport: number | null = null): FilterNode => {
  return { kind: "ports", transport, direction: "either", first, last };
};

test("the filter parser gives the tree of every test", () => {
  const trees: readonly [string, FilterNode][] = [
    ["tcp port 443", ports(443, 443, 6)],
    ["udp portrange 6970-9999", ports(6970, 9999, 17)],
    [
      "src host 192.0.2.1",
      { kind: "address", direction: "source", network: { version: 4, address: 0xc0000201 | 0, mask: -1 } },
    ],
    [
      "dst net fe80::/10",
      {
        kind: "address",
        direction: "destination",
        network: { version: 6, words: [0xfe800000 | 0, 0, 0, 0], prefixLength: 10 },
      },
    ],
    ["ip", { kind: "ip-version", version: 4 }],
    ["ip6", { kind: "ip-version", version: 6 }],
    ["arp", { kind: "ether-type", etherType: 0x0806 }],
    ["tcp", { kind: "protocol", version: null, protocol: 6 }],
    ["icmp", { kind: "protocol", version: 4, protocol: 1 }],
    ["icmp6", { kind: "protocol", version: 6, protocol: 58 }],
    ["ip6 proto 50", { kind: "protocol", version: 6, protocol: 50 }],
    ["multicast", { kind: "multicast", version: null }],
    ["ip broadcast", { kind: "broadcast", version: 4 }],
    ["less 60", { kind: "length", operator: "<=", value: 60 }],
    ["greater 0x3c", { kind: "length", operator: ">=", value: 60 }],
    ["tcp[tcpflags] = 2", { kind: "tcp-flags", mask: 0xff, operator: "=", value: 2 }],
  ];
  for (const [expression, tree] of trees) expect(parseFilter(expression), expression).toEqual(tree);
});

test("the filter parser reads directions", () => {
  expect(written("src or dst port 80")).toBe("port 80");
  expect(written("dst or src port 80")).toBe("port 80");
  expect(written("src and dst host 192.0.2.1")).toBe("src and dst net 192.0.2.1/32");
  expect(written("dst && src net 10")).toBe("src and dst net 10.0.0.0/8");
  expect(written("src 192.0.2.1 or dst 192.0.2.2")).toBe("src net 192.0.2.1/32 or dst net 192.0.2.2/32");
});

test("the filter parser reads addresses and networks", () => {
  expect(written("192.0.2.1")).toBe("net 192.0.2.1/32");
  expect(written("10.0.0.0/8 or ::1 or fe80::/10")).toBe("net 10.0.0.0/8 or net ::1/128 or net fe80::/10");
  expect(written("10/8")).toBe("net 10.0.0.0/8");
  expect(written("net 10")).toBe("net 10.0.0.0/8");
  expect(written("net 192.168")).toBe("net 192.168.0.0/16");
  expect(written("net 192.0.2")).toBe("net 192.0.2.0/24");
  expect(written("net 192.0.2.0")).toBe("net 192.0.2.0/32");
  expect(written("net 192.0.2.0/25")).toBe("net 192.0.2.0/25");
  expect(written("net 0.0.0.0/0")).toBe("net 0.0.0.0/0");
  expect(written("net 10 mask 255.0.0.0")).toBe("net 10.0.0.0/8");
  expect(written("net 10.0.1.0 mask 255.0.255.0")).toBe("net 10.0.1.0 mask 255.0.255.0");
  expect(written("ip6 net 2001:DB8::/32")).toBe("net 2001:db8::/32");
});

test("the filter parser reads ports and protocols by name", () => {
  expect(written("port https or mdns or ftp-data")).toBe("port 443 or port 5353 or port 20");
  expect(written("portrange ftp-data-ssh")).toBe("portrange 20-22");
  expect(written("portrange 90-80")).toBe("portrange 80-90");
  expect(written("portrange 80")).toBe("port 80");
  expect(written("proto gre or \\udp or 50")).toBe("proto 47 or proto 17 or proto 50");
  expect(written("ip proto tcp")).toBe("ip proto 6");
});

test('the filter parser gives "and" and "or" equal precedence, left to right; "not" binds tighter', () => {
  const [a, b, c] = [ports(1), ports(2), ports(3)];
  expect(parseFilter("port 1 or port 2 and port 3")).toEqual({
    kind: "and",
    operands: [{ kind: "or", operands: [a, b] }, c],
  });
  expect(parseFilter("port 1 and port 2 or port 3")).toEqual({
    kind: "or",
    operands: [{ kind: "and", operands: [a, b] }, c],
  });
  expect(parseFilter("port 1 or (port 2 and port 3)")).toEqual({
    kind: "or",
    operands: [a, { kind: "and", operands: [b, c] }],
  });
  expect(parseFilter("not port 1 and port 2")).toEqual({
    kind: "and",
    operands: [{ kind: "not", operand: a }, b],
  });
  expect(parseFilter("!!port 1")).toEqual({ kind: "not", operand: { kind: "not", operand: a } });
  expect(parseFilter("port 1 and (port 2 and port 3)")).toEqual({ kind: "and", operands: [a, b, c] });
});

test("the filter parser carries qualifiers over to bare values", () => {
  expect(written("tcp dst port 80 or 443 or 8080")).toBe(
    "tcp dst port 80 or tcp dst port 443 or tcp dst port 8080",
  );
  expect(written("port 80 and not 443")).toBe("port 80 and not port 443");
  expect(written("not tcp port 443 and 22")).toBe("not tcp port 443 and tcp port 22");
  expect(written("port (80 or 443) or 22")).toBe("port 80 or port 443 or port 22");
  expect(written("src host 192.0.2.1 or 192.0.2.2")).toBe("src net 192.0.2.1/32 or src net 192.0.2.2/32");
  expect(written("host 192.0.2.1 or ::1")).toBe("net 192.0.2.1/32 or net ::1/128");
  expect(written("net 10 or 192.168")).toBe("net 10.0.0.0/8 or net 192.168.0.0/16");
  expect(written("ip proto 6 or 17")).toBe("ip proto 6 or ip proto 17");
});

test("the filter parser restores the carried qualifiers after parentheses", () => {
  expect(written("port 80 or (tcp port 443) or 22")).toBe("port 80 or tcp port 443 or port 22");
  expect(written("host 192.0.2.1 and (port 80 or 443) or 192.0.2.2")).toBe(
    "net 192.0.2.1/32 and (port 80 or port 443) or net 192.0.2.2/32",
  );
  expect(() => parseFilter("(port 80) or 443")).toThrow("alone is ambiguous");
});

test("the filter parser reads relations with either side first, with or without parentheses", () => {
  expect(written("len > 1000")).toBe("len > 1000");
  expect(written("1000 <= len")).toBe("len >= 1000");
  expect(written("(len) != 60")).toBe("len != 60");
  expect(written("tcp[tcpflags]&tcp-syn!=0")).toBe("tcp[tcpflags] & 2 != 0");
  expect(written("tcp[13:1] & 0x12 == 2")).toBe("tcp[tcpflags] & 18 = 2");
  expect(written("(tcp[13] & (tcp-syn|tcp-ack)) == tcp-syn|tcp-ack")).toBe("tcp[tcpflags] & 18 = 18");
  expect(written("tcp-syn = tcp[tcpflags] & (tcp-syn|tcp-ack)")).toBe("tcp[tcpflags] & 18 = 2");
  expect(written("(tcp[tcpflags] = tcp-rst or len < 60) and ip")).toBe(
    "tcp[tcpflags] & 255 = 4 or len < 60 and ip",
  );
  expect(written("tcp[tcpflags] & (tcp-fin|tcp-push|tcp-urg|tcp-ece|tcp-cwr) != 0")).toBe(
    "tcp[tcpflags] & 233 != 0",
  );
});

const ERRORS: readonly [expression: string, column: number, message: string][] = [
  ["", 1, "the filter is empty"],
  ["  ", 1, "the filter is empty"],
  ["tcp or", 7, "expected a test"],
  ["()", 2, "expected a test"],
  ["(tcp", 5, 'expected "and", "or" or ")", found the end'],
  ["tcp)", 4, 'expected "and", "or" or the end, found ")"'],
  ["tcp udp", 5, 'expected "and", "or" or the end, found "udp"'],
  ["tcp port", 9, "expected a port number"],
  ["port AND 80", 6, 'expected a port number or one of the names known here, such as "https", found "AND"'],
  ["port 65536", 6, "port 65536 is above 65535"],
  ["port 010", 6, "expected a port number"],
  ["port nonesuch", 6, "expected a port number"],
  ["portrange 1-2-3", 11, "expected a range of ports"],
  ["portrange 1-70000", 11, "port 70000 is above 65535"],
  ["proto 256", 7, "protocol 256 is above 255"],
  ["proto nonesuch", 7, "expected a protocol number"],
  ["less x", 6, "expected a number of bytes"],
  ["len > 4294967296", 7, "above 4294967295"],
  ["less 4294967296", 6, "above 4294967295"],
  ["host example.com", 6, "names are not looked up"],
  ["host 10.1", 6, '"10.1" is not a whole address; a network is "net 10.1"'],
  ["host 10.0.0.0/8", 14, '"host" takes one address'],
  ["host ::/8", 8, '"host" takes one address'],
  ["net 10.1.2.3/8", 5, '"10.1.2.3" has bits beyond its mask; the network is "10.0.0.0"'],
  ["net 10.1 mask 255.0.0.0", 5, "bits beyond its mask"],
  ["net 10 mask 255", 13, "expected a mask"],
  ["net 10.0.0.0/33", 14, '"33" is above 32'],
  ["net ::/129", 8, '"129" is above 128'],
  ["net ::/x", 8, "expected a prefix length"],
  ["net 2001:db8::1/32", 5, 'the network is "2001:db8::"'],
  ["ip host ::1", 9, '"::1" is an IPv6 address, not IPv4'],
  ["ip6 net 10", 9, '"10" is an IPv4 address, not IPv6'],
  ["80", 1, '"80" alone is ambiguous; for a port write "port 80"'],
  ["tcp and https", 9, 'for a port write "port https"'],
  ["port 80 or 192.0.2.1", 12, "expected a test, or a port number"],
  ["port 80 and prot 3", 13, 'found "prot"'],
  ["ip.addr == 192.0.2.1", 1, "Wireshark's display filter syntax"],
  ["tcp host 192.0.2.1", 1, '"tcp" can only precede port and portrange'],
  ["tcp src 80", 1, '"tcp" can only precede port and portrange'],
  ["ip port 80", 1, 'write "ip and port ..."'],
  ["icmp host 192.0.2.1", 1, '"icmp" takes no value'],
  ["arp host 192.0.2.1", 1, "addresses in ARP packets are not matched"],
  ["sctp port 80", 1, "SCTP ports are not decoded"],
  ["src proto 6", 11, '"proto" has no direction'],
  ["ip6 broadcast", 1, 'there is no "ip6 broadcast"'],
  ["tcp multicast", 1, 'there is no "tcp multicast"'],
  ["vlan 4096", 6, '4096" is above 4095'],
  ["tcp and ether 02:00:00:00:00:01", 15, 'expected "host"'],
  ["ether host 192.0.2.1", 12, "expected a hardware address"],
  ["ether host 02:00:00:00:00", 12, "expected a hardware address"],
  ["wlan host 02:00:00:00:00:01", 1, 'or "ether host"'],
  ["ip6 protochain 6", 5, 'found "protochain"'],
  ["ip[6:2] & 0x1fff = 0", 1, 'the only supported expression on packet bytes is "tcp[tcpflags]"'],
  ["port 80 and (udp[0] = 1)", 14, 'the only supported expression on packet bytes is "tcp[tcpflags]"'],
  ["tcp[12] = 0x50", 5, 'expected "tcpflags"'],
  ["tcp[tcpflags = 2", 14, 'expected "]"'],
  ["tcp[tcpflags]", 14, "expected a comparison"],
  ["tcp[tcpflags] & 2|1 = 3", 18, "expected a comparison"],
  ["tcp[tcpflags] = syn", 17, "expected a number or a flag"],
  ["tcp[tcpflags] & (2 = 2", 20, 'expected "|" or ")"'],
  ["1 = 2", 3, "this compares two numbers"],
  ["len = len", 5, "needs a number on one side"],
  ["tcp # udp", 5, '"#" is not allowed'],
  ["tcp\u00a0\u201cudp", 5, "U+201C is not allowed"],
];

test.each(ERRORS)("the filter %j is refused at column %i", (expression, column, message) => {
  expect(() => parseFilter(expression)).toThrow(
    expect.objectContaining({
      name: "InputError",
      code: "bad_filter",
      message: expect.stringMatching(new RegExp(`^filter, column ${column}: `)),
    }),
  );
  expect(() => parseFilter(expression)).toThrow(message);
});

test("a filter error shows a short printable expression with a caret", () => {
  expect(() => parseFilter("tcp port htp")).toThrow(/ found "htp"\n {2}tcp port htp\n {11}\^$/);
  expect(() => parseFilter(`port 1${" or 2".repeat(30)} 3`)).toThrow(/^[^\n]*$/);
  expect(() => parseFilter("tcp\nport htp")).toThrow(/^[^\n]*$/);
});

test("the filter parser limits length, words and depth, and handles everything within the limits", () => {
  expect(() => parseFilter(" ".repeat(MAX_FILTER_LENGTH + 1))).toThrow(
    /65537 characters, the limit is 65536/,
  );
  expect(() => parseFilter("! ".repeat(MAX_FILTER_TOKENS + 1))).toThrow(/more than 4000 words/);
  for (const opening of ["(", "!", "port (", "not ("]) {
    expect(() => parseFilter(opening.repeat(1900)), opening).toThrow(/nested deeper than 64|expected a port/);
  }
  const nested = `${"(".repeat(MAX_FILTER_DEPTH)}tcp${")".repeat(MAX_FILTER_DEPTH)}`;
  expect(written(nested)).toBe("proto 6");
  expect(() => parseFilter(`(${nested})`)).toThrow("nested deeper than 64");
  const sideBySide = Array.from({ length: 100 }, () => "(not udp)").join(" or ");
  expect(() => parseFilter(sideBySide)).not.toThrow();
});
