/** Formats statements of nftables' JSON in words close to nft's own language, to show which rule decides. Not loadable. */

import { isJsonObject, type JsonObject, type NftRule } from "./nft-ruleset.ts";

/** Maximum characters of a rule that are shown. */
const MAX_LENGTH = 160;

/** Formats a rule as one line; unsupported statements appear as their key in brackets. */
export function ruleText(rule: NftRule): string {
  const text = rule.text ?? rule.statements.map(statementText).filter(Boolean).join(" ");
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 3)}...`;
}

/** Formats one statement; "" for those that only count. */
export function statementText(statement: JsonObject): string {
  const [key, value] = Object.entries(statement)[0] ?? ["", null];
  switch (key) {
    case "match": {
      if (!isJsonObject(value)) return "[match]";
      const op = value.op === "==" || value.op === "in" ? "" : `${String(value.op)} `;
      return `${expressionText(value.left)} ${op}${expressionText(value.right)}`;
    }
    case "vmap":
      return isJsonObject(value)
        ? `${expressionText(value.key)} vmap ${expressionText(value.data)}`
        : "[vmap]";
    case "jump":
    case "goto":
      return `${key} ${isJsonObject(value) ? String(value.target) : "?"}`;
    case "accept":
    case "drop":
    case "return":
    case "continue":
    case "reject":
    case "log":
      return key;
    case "counter":
      return "";
    case "xt":
      return isJsonObject(value) ? `[xt ${String(value.type)} ${String(value.name)}]` : "[xt]";
    default:
      return `[${key}]`;
  }
}

/** Formats an expression: "tcp dport", "{ 80, 443 }", "17.0.0.0/8". */
export function expressionText(expression: unknown): string {
  if (Array.isArray(expression)) return expression.map(expressionText).join(",");
  if (!isJsonObject(expression)) return String(expression);
  const [key, value] = Object.entries(expression)[0] ?? ["", null];
  const parts = Array.isArray(value) ? value : [];
  if (key === "set") {
    const items = Array.isArray(value) ? value : [value];
    return `{ ${items.map((item) => (Array.isArray(item) ? pairText(item) : expressionText(item))).join(", ")} }`;
  }
  if (key === "range") return parts.map(expressionText).join("-");
  if (key === "concat") return parts.map(expressionText).join(" . ");
  if (key === "&" || key === "|" || key === "^") return parts.map(expressionText).join(` ${key} `);
  if (!isJsonObject(value)) return value === null ? key : `[${key}]`;
  switch (key) {
    case "payload":
      return typeof value.protocol === "string"
        ? `${value.protocol} ${String(value.field)}`
        : "[raw payload]";
    case "meta":
      return value.key === "l4proto" || value.key === "nfproto" ? `meta ${value.key}` : String(value.key);
    case "ct":
      return `ct ${String(value.key)}`;
    case "fib":
      return `fib ${expressionText(value.flags)} ${String(value.result)}`;
    case "prefix":
      return `${String(value.addr)}/${String(value.len)}`;
    case "elem":
      return expressionText(value.val);
    case "jump":
    case "goto":
      return `${key} ${String(value.target)}`;
    default:
      return `[${key}]`;
  }
}

function pairText(pair: readonly unknown[]): string {
  return pair.map(expressionText).join(" : ");
}
