/**
 * Compiled code of several files in one: a line of JSON with a checksum and the name and length of each, then their bytes. Each
 * starts at a multiple of eight, as V8 requires, by padding with spaces before the line end and zeros after each file.
 */

/** The compiled code of files by their names. */
export type CodePack = ReadonlyMap<string, Buffer>;

const ALIGNMENT = 8;
const LINE_END = "\n";

/** Every STRIDE-th word is checked, which finds damaged disk sectors and takes a tenth of a millisecond. */
const STRIDE = 13;

interface PackHead {
  readonly sum: number;
  readonly entries: readonly (readonly [name: string, length: number])[];
}

/** The bytes of a pack, owned by the caller. */
export function packCode(pack: CodePack): Buffer {
  const entries = [...pack].map(([name, code]) => [name, code.length] as const);
  const parts: Buffer[] = [];
  for (const code of pack.values()) parts.push(code, Buffer.alloc(aligned(code.length) - code.length));
  const body = Buffer.concat(parts);
  const head: PackHead = { sum: sumOf(body), entries };
  const line = JSON.stringify(head);
  return Buffer.concat([Buffer.from(line.padEnd(aligned(line.length + 1) - 1) + LINE_END), body]);
}

/** The contents of a pack, borrowed from `bytes`; empty if the pack is incomplete or damaged. */
export function unpackCode(bytes: Buffer | null): CodePack {
  const pack = new Map<string, Buffer>();
  const begin = (bytes?.indexOf(LINE_END) ?? -1) + 1;
  const head = bytes === null ? null : readHead(bytes.toString("latin1", 0, begin));
  if (bytes === null || head === null || sumOf(bytes.subarray(begin)) !== head.sum) return pack;
  let offset = begin;
  for (const [name, length] of head.entries) {
    pack.set(name, bytes.subarray(offset, offset + length));
    offset += aligned(length);
  }
  return offset === bytes.length ? pack : new Map();
}

function readHead(line: string): PackHead | null {
  try {
    const head = JSON.parse(line) as Partial<PackHead> | null;
    const isWhole = Array.isArray(head?.entries) && head.entries.every(Array.isArray);
    return isWhole && typeof head?.sum === "number" ? (head as PackHead) : null;
  } catch {
    return null;
  }
}

/** Depends on the checked words and on their order. */
function sumOf(body: Buffer): number {
  let sum = body.length;
  for (let i = 0; i + 4 <= body.length; i += 4 * STRIDE) sum = (Math.imul(sum, 31) + body.readInt32LE(i)) | 0;
  return sum;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
