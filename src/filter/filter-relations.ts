/**
 * Relations: `len >= 1000`, `tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn`, either side first. These two fields are all
 * that is supported of tcpdump's arithmetic: other bytes would depend on header offsets, which tunnels move.
 */
import type { PrimitiveNode, RelationOperator } from "./filter-ast.ts";
import { TCP_FLAG_NAMES } from "./filter-names.ts";
import type { TokenReader } from "./filter-tokens.ts";
import { parseNumber } from "./filter-values.ts";

const MAX_NUMBER = 0xffff_ffff;
const ALL_FLAGS = 0xff;
/** Index expressions that mean the flags byte. */
const FLAGS_INDEXES: ReadonlySet<string> = new Set(["tcpflags", "13", "13:1"]);

type Field = { readonly kind: "length" } | { readonly kind: "tcp-flags"; readonly mask: number };

/** The relation with its sides swapped; the keys are all operators. */
const MIRRORED: Readonly<Record<RelationOperator, RelationOperator>> = {
  "=": "=",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/**
 * Reads the next relation; null, consuming nothing, if the next token does not start one.
 *
 * @throws InputError `bad_filter`
 */
export function readRelation(reader: TokenReader): PrimitiveNode | null {
  if (startsField(reader, 0)) return finish(reader, readField(reader));
  if (isConstant(reader, 0) && isOperator(reader.peek(1).text)) return finish(reader, readConstant(reader));
  if (reader.isAt("(") && startsField(reader, 1)) return readParenthesized(reader);
  if (reader.peek().kind === "word" && reader.isAt("[", 1)) {
    throw reader.error('the only supported expression on packet bytes is "tcp[tcpflags]"');
  }
  return null;
}

/** Reads `(tcp[tcpflags] & tcp-syn) != 0`; leaves other relations in parentheses to the caller. */
function readParenthesized(reader: TokenReader): PrimitiveNode | null {
  const { position } = reader;
  reader.take();
  const field = readField(reader);
  if (reader.takeIf(")")) return finish(reader, field);
  reader.rewind(position);
  return null;
}

function finish(reader: TokenReader, left: Field | number): PrimitiveNode {
  const token = reader.peek();
  const operator = token.text;
  if (token.kind !== "symbol" || !isOperator(operator)) {
    throw reader.expected("a comparison (=, !=, <, <=, > or >=)");
  }
  reader.take();
  const right = startsField(reader, 0) ? readField(reader) : readConstant(reader);
  if (typeof left === "number") {
    if (typeof right === "number")
      throw reader.error("this compares two numbers and nothing of the packet", token);
    return { ...right, operator: MIRRORED[operator], value: left };
  }
  if (typeof right !== "number") throw reader.error("a comparison needs a number on one side", token);
  return { ...left, operator, value: right };
}

function startsField(reader: TokenReader, ahead: number): boolean {
  return reader.isAt("len", ahead) || (reader.isAt("tcp", ahead) && reader.isAt("[", ahead + 1));
}

function readField(reader: TokenReader): Field {
  if (reader.takeIf("len")) return { kind: "length" };
  reader.take();
  reader.take();
  if (!FLAGS_INDEXES.has(reader.peek().text)) {
    throw reader.expected('"tcpflags", the only byte of a packet that is supported');
  }
  reader.take();
  reader.expect("]", '"]"');
  return { kind: "tcp-flags", mask: reader.takeIf("&") ? readAtom(reader) : ALL_FLAGS };
}

function readConstant(reader: TokenReader): number {
  let value = readAtom(reader);
  while (reader.takeIf("|")) value = (value | readAtom(reader)) >>> 0;
  return value;
}

/** A number, a flag, or numbers and flags in one pair of parentheses. */
function readAtom(reader: TokenReader): number {
  if (!reader.takeIf("(")) return readFlag(reader);
  let value = readFlag(reader);
  while (reader.takeIf("|")) value = (value | readFlag(reader)) >>> 0;
  reader.expect(")", '"|" or ")"');
  return value;
}

function readFlag(reader: TokenReader): number {
  const { text } = reader.peek();
  const value = TCP_FLAG_NAMES.get(text) ?? parseNumber(text);
  if (value === null) throw reader.expected('a number or a flag such as "tcp-syn"');
  if (value > MAX_NUMBER) throw reader.error(`${text} is above ${MAX_NUMBER}`);
  reader.take();
  return value;
}

function isConstant(reader: TokenReader, ahead: number): boolean {
  const { kind, text } = reader.peek(ahead);
  return kind === "word" && (TCP_FLAG_NAMES.has(text) || parseNumber(text) !== null);
}

function isOperator(text: string): text is RelationOperator {
  return Object.hasOwn(MIRRORED, text);
}
