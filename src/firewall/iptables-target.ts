/** Translates targets of iptables to statements of nftables. */

import type { IptablesOption } from "./iptables-words.ts";
import type { JsonObject } from "./nft-ruleset.ts";

const MARK = { meta: { key: "mark" } };
const CONNECTION_MARK = { ct: { key: "mark" } };
const ALL_BITS = 0xffffffff;

/** Returns the statements for a rule's `-j` or `-g` with the options after it. */
export function targetStatements(
  target: IptablesOption,
  options: readonly IptablesOption[],
  hasChain: (name: string) => boolean,
): JsonObject[] {
  const [name = ""] = target.args;
  if (hasChain(name)) return [{ [target.name === "-g" ? "goto" : "jump"]: { target: name } }];
  switch (name) {
    case "ACCEPT":
      return [{ accept: null }];
    case "DROP":
      return [{ drop: null }];
    case "REJECT":
      return [{ reject: null }];
    case "RETURN":
      return [{ return: null }];
    case "MARK":
      return markStatements(MARK, options);
    case "CONNMARK":
      return connectionMarkStatements(options);
    case "CT":
      return options.some(({ name: option }) => option === "--notrack") ? [{ notrack: null }] : [];
    case "NOTRACK":
      return [{ notrack: null }];
    case "DNAT":
    case "REDIRECT":
    case "NETMAP":
      return [{ dnat: null }];
    case "TPROXY":
      return [{ tproxy: null }];
    case "NFQUEUE":
    case "QUEUE":
      return [{ queue: null }];
    default:
      return [{ xt: { type: "target", name } }];
  }
}

/** `--set-xmark value/mask` clears the bits of the mask and flips those of the value (iptables-extensions(8)). */
function markStatements(key: JsonObject, options: readonly IptablesOption[]): JsonObject[] {
  for (const { name, args } of options) {
    const [value, mask = ALL_BITS] = (args[0] ?? "").split("/").map(Number);
    const write = (expression: unknown): JsonObject[] => [{ mangle: { key, value: expression } }];
    if (name === "--set-mark") return write({ "|": [{ "&": [key, ~mask >>> 0] }, value] });
    if (name === "--set-xmark") return write({ "^": [{ "&": [key, ~mask >>> 0] }, value] });
    if (name === "--and-mark") return write({ "&": [key, value] });
    if (name === "--or-mark") return write({ "|": [key, value] });
    if (name === "--xor-mark") return write({ "^": [key, value] });
  }
  return [{ mangle: { key, value: null } }];
}

function connectionMarkStatements(options: readonly IptablesOption[]): JsonObject[] {
  const has = (wanted: string) => options.some(({ name }) => name === wanted);
  const isWhole =
    !options.some(({ name }) => name === "--nfmask" || name === "--ctmask" || name === "--mask") ||
    options.every(
      ({ name, args }) => !name.endsWith("mask") || Number(args[0]) === ALL_BITS || name.startsWith("--set"),
    );
  if (has("--save-mark")) return [{ mangle: { key: CONNECTION_MARK, value: isWhole ? MARK : null } }];
  if (has("--restore-mark")) return [{ mangle: { key: MARK, value: isWhole ? CONNECTION_MARK : null } }];
  return markStatements(CONNECTION_MARK, options);
}
