/** Translates matches of iptables (iptables-extensions(8)) to statements of nftables. */

import type { IptablesOption } from "./iptables-words.ts";
import type { JsonObject } from "./nft-ruleset.ts";
import { NEVER_ORDINARY } from "./xt-extensions.ts";

/** Options that do not affect which packets a rule matches. */
const IGNORED_OPTIONS = new Set([
  "--comment",
  "--limit-burst",
  "--hashlimit-burst",
  "--hashlimit-mode",
  "--hashlimit-srcmask",
  "--hashlimit-dstmask",
  "--hashlimit-name",
  "--hashlimit-htable-size",
  "--hashlimit-htable-max",
  "--hashlimit-htable-expire",
  "--hashlimit-htable-gcinterval",
  "--connlimit-mask",
  "--connlimit-saddr",
  "--connlimit-daddr",
  "--limit-iface-in",
  "--limit-iface-out",
  "--seconds",
  "--reap",
  "--hitcount",
  "--rttl",
  "--name",
  "--mask",
  "--rsource",
  "--rdest",
  "--return-nomatch",
  "--loose",
  "--validmark",
  "--accept-local",
]);
const PROTOCOLS: Readonly<Record<string, string>> = {
  "ipv6-icmp": "icmpv6",
  "6": "tcp",
  "17": "udp",
  "1": "icmp",
};

/** Returns the nftables form of a rule's condition: statements that must all hold. */
export function matchStatements(option: IptablesOption, module: string, version: 4 | 6): JsonObject[] {
  const { name, isNegated, args } = option;
  const [first = "", second = ""] = args;
  const family = version === 4 ? "ip" : "ip6";
  const one = (left: unknown, right: unknown, op = "=="): JsonObject[] => [
    { match: { op: isNegated ? "!=" : op, left, right } },
  ];
  const unknown = (): JsonObject[] => [{ xt: { type: "match", name: `${module} ${name}` } }];
  const address = (field: string) => ({ payload: { protocol: family, field } });
  switch (name) {
    case "-p":
      return first === "all" || first === "0"
        ? []
        : one({ meta: { key: "l4proto" } }, PROTOCOLS[first] ?? first);
    case "-s":
      return one(address("saddr"), prefixOf(first));
    case "-d":
      return one(address("daddr"), prefixOf(first));
    case "-i":
    case "-o":
      return one({ meta: { key: name === "-i" ? "iifname" : "oifname" } }, first.replace(/\+$/, "*"));
    case "-f":
      return isNegated ? [] : [{ match: { op: "==", left: { exthdr: { name: "frag" } }, right: true } }];
    case "--sport":
    case "--dport":
      return one(port(name.slice(2)), portOf(first));
    case "--sports":
    case "--dports":
      return one(port(name.slice(2, -1)), { set: first.split(",").map(portOf) });
    case "--ports":
      // For an ordinary connection, no rule names the client's own port.
      return one(port("dport"), { set: first.split(",").map(portOf) });
    case "--icmp-type":
      return one({ payload: { protocol: "icmp", field: "type" } }, first);
    case "--icmpv6-type":
      return one({ payload: { protocol: "icmpv6", field: "type" } }, first.split("/")[0]);
    case "--syn":
      return flags("FIN,SYN,RST,ACK", "SYN", isNegated);
    case "--tcp-flags":
      return flags(first, second, isNegated);
    case "--ctstate":
    case "--state":
      return stateStatements(first, isNegated);
    case "--ctstatus":
      return first === "NONE"
        ? unknown()
        : one(
            { ct: { key: "status" } },
            first.toLowerCase().replace("seen_reply", "seen-reply").split(","),
            "in",
          );
    case "--ctdir":
      return one({ ct: { key: "direction" } }, first.toLowerCase());
    case "--ctproto":
      return one({ ct: { key: "protocol" } }, PROTOCOLS[first] ?? first);
    case "--ctorigsrc":
    case "--ctorigdst":
      return one(
        { ct: { key: name === "--ctorigsrc" ? "saddr" : "daddr", dir: "original" } },
        prefixOf(first),
      );
    case "--ctorigsrcport":
    case "--ctorigdstport":
      return one(
        { ct: { key: name === "--ctorigsrcport" ? "proto-src" : "proto-dst", dir: "original" } },
        portOf(first),
      );
    case "--src-type":
    case "--dst-type":
      return one(
        { fib: { result: "type", flags: [name === "--src-type" ? "saddr" : "daddr"] } },
        { set: first.toLowerCase().split(",") },
      );
    case "--src-range":
    case "--dst-range":
      return one(address(name === "--src-range" ? "saddr" : "daddr"), { range: first.split("-") });
    case "--mark":
      return one(
        masked(module === "connmark" ? { ct: { key: "mark" } } : { meta: { key: "mark" } }, first),
        numberOf(first),
      );
    case "--match-set":
      return setStatements(first, second, isNegated, family);
    case "--pkt-type":
      return one({ meta: { key: "pkttype" } }, first === "unicast" ? "host" : first);
    case "--invert":
      return module === "rpfilter" ? [] : unknown();
    case "--limit":
    case "--hashlimit-upto":
    case "--hashlimit":
    case "--connlimit-upto":
      return [{ limit: { inv: isNegated } }];
    case "--hashlimit-above":
    case "--connlimit-above":
    case "--quota":
      return [{ limit: { inv: name === "--quota" ? isNegated : !isNegated } }];
    // The lists of `recent` are sets that rules fill: an address that keeps within the limits is in none.
    case "--set":
      return module === "recent" ? [] : unknown();
    case "--rcheck":
    case "--update":
    case "--remove":
      return [{ limit: { inv: !isNegated } }];
    case "--pol":
      return [
        {
          match: {
            op: (first === "none") !== isNegated ? "==" : "!=",
            left: { meta: { key: "ipsec" } },
            right: 0,
          },
        },
      ];
    case "--dir":
    case "--strict":
      return module === "policy" ? [] : unknown();
    default:
      if (IGNORED_OPTIONS.has(name)) return [];
      if (NEVER_ORDINARY.has(module)) return [];
      return module === "physdev" ? [] : unknown();
  }
}

/** Returns the condition that a match implies by its name alone. */
export function moduleStatements(module: string, options: readonly IptablesOption[]): JsonObject[] {
  const exists = { match: { op: "==", left: { exthdr: { name: module } }, right: true } };
  if (NEVER_ORDINARY.has(module)) return [exists];
  switch (module) {
    case "physdev":
      // A routed packet has no bridge port: only negated conditions hold.
      return options.some(({ name, isNegated }) => name.startsWith("--physdev") && !isNegated)
        ? [{ match: { op: "==", left: { meta: { key: "ibrname" } }, right: "*" } }]
        : [];
    case "rpfilter": {
      const isInverted = options.some(({ name }) => name === "--invert");
      return [
        {
          match: { op: "==", left: { fib: { result: "oif", flags: ["saddr", "iif"] } }, right: !isInverted },
        },
      ];
    }
    case "socket":
      // A forwarded packet does not end at a socket of this machine.
      return [exists];
    default:
      return [];
  }
}

function port(field: string): JsonObject {
  return { payload: { protocol: "th", field } };
}

function portOf(text: string): unknown {
  const [first, last] = text.split(":");
  if (last === undefined) return /^\d+$/.test(first) ? Number(first) : first;
  return { range: [first === "" ? 0 : Number(first), last === "" ? 65535 : Number(last)] };
}

function prefixOf(text: string): unknown {
  const [addr, length] = text.split("/");
  if (length === undefined) return addr;
  if (/^\d+$/.test(length)) return { prefix: { addr, len: Number(length) } };
  // A mask written in full: 255.255.0.0.
  const bits = length
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32
    ? { prefix: { addr, len: bits.indexOf("0") < 0 ? 32 : bits.indexOf("0") } }
    : text;
}

const FLAG_NAMES: Readonly<Record<string, readonly string[]>> = {
  ALL: ["fin", "syn", "rst", "psh", "ack", "urg"],
  NONE: [],
};

function flags(mask: string, wanted: string, isNegated: boolean): JsonObject[] {
  const names = (text: string) => FLAG_NAMES[text] ?? text.toLowerCase().split(",");
  const left = { "&": [{ payload: { protocol: "tcp", field: "flags" } }, names(mask)] };
  return [{ match: { op: isNegated ? "!=" : "==", left, right: names(wanted) } }];
}

/** DNAT and SNAT are states in iptables, status flags in nftables. */
function stateStatements(text: string, isNegated: boolean): JsonObject[] {
  const states = text.toLowerCase().split(",");
  const plain = states.filter((state) => state !== "dnat" && state !== "snat");
  const tracked = { op: isNegated ? "!=" : "==", left: { ct: { key: "state" } }, right: { set: plain } };
  if (plain.length > 0) return [{ match: tracked }];
  return [{ match: { op: isNegated ? "!=" : "in", left: { ct: { key: "status" } }, right: states } }];
}

function setStatements(name: string, directions: string, isNegated: boolean, family: string): JsonObject[] {
  const fields = directions
    .split(",")
    .map((direction, index) =>
      index === 0
        ? { payload: { protocol: family, field: direction === "src" ? "saddr" : "daddr" } }
        : port(direction === "src" ? "sport" : "dport"),
    );
  const left = fields.length === 1 ? fields[0] : { concat: fields };
  return [{ match: { op: isNegated ? "!=" : "==", left, right: `@${name}` } }];
}

function numberOf(text: string): number | null {
  const value = Number(text.split("/")[0]);
  return Number.isInteger(value) ? value : null;
}

function masked(left: JsonObject, text: string): JsonObject {
  const mask = text.split("/")[1];
  return mask === undefined ? left : { "&": [left, Number(mask)] };
}
