/** Marks that rules set on packets and connections, for later rules to match on. */

import type { AuditPacket, PacketMarks } from "./audit-packet.ts";
import { isJsonObject } from "./nft-ruleset.ts";

/** Returns the marks after a `mangle` statement; null if it writes something else. */
export function writeMarks(mangle: unknown, packet: AuditPacket): PacketMarks | null {
  if (!isJsonObject(mangle) || !isJsonObject(mangle.key)) return null;
  const { meta, ct } = mangle.key;
  const { marks } = packet;
  if (isJsonObject(meta) && meta.key === "mark") return { ...marks, packet: numberOf(mangle.value, marks) };
  if (isJsonObject(ct) && ct.key === "mark") return { ...marks, connection: numberOf(mangle.value, marks) };
  // No supported rule matches on the other keys of these two.
  return isJsonObject(meta) || isJsonObject(ct) ? marks : null;
}

/** Returns the value of an expression of marks and numbers, or null if unknown. */
function numberOf(expression: unknown, marks: PacketMarks): number | null {
  if (typeof expression === "number") return expression >>> 0;
  if (!isJsonObject(expression)) return null;
  const { meta, ct } = expression;
  if (isJsonObject(meta)) return meta.key === "mark" ? marks.packet : null;
  if (isJsonObject(ct)) return ct.key === "mark" && ct.dir === undefined ? marks.connection : null;
  const [operator, operands] = Object.entries(expression)[0] ?? ["", null];
  if (!Array.isArray(operands) || operands.length !== 2) return null;
  const [left, right] = operands.map((operand) => numberOf(operand, marks));
  if (left === null || right === null) return null;
  switch (operator) {
    case "&":
      return (left & right) >>> 0;
    case "|":
      return (left | right) >>> 0;
    case "^":
      return (left ^ right) >>> 0;
    case "<<":
      return (left << right) >>> 0;
    case ">>":
      return left >>> right;
    default:
      return null;
  }
}
