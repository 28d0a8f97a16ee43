/**
 * Compiled code of several files as one: a line of JSON with name and length of each, then their bytes. All begin at multiples of
 * eight, as V8 wants them; spaces before the line's end and zeros behind each see to that.
 */

/** The compiled code of files by their names. */
export type CodePack = ReadonlyMap<string, Buffer>;

const ALIGNMENT = 8;
const LINE_END = "\n";

/** The bytes of a pack, owned by the caller. */
export function packCode(pack: CodePack): Buffer {
  const entries = [...pack].map(([name, code]) => [name, code.length]);
  const line = JSON.stringify(entries);
  const parts: Buffer[] = [Buffer.from(line.padEnd(aligned(line.length + 1) - 1) + LINE_END)];
  for (const code of pack.values()) parts.push(code, Buffer.alloc(aligned(code.length) - code.length));
  return Buffer.concat(parts);
}

/** What is in a pack, borrowed from `bytes`; nothing where it is no whole pack. */
export function unpackCode(bytes: Buffer | null): CodePack {
  const pack = new Map<string, Buffer>();
  if (bytes === null) return pack;
  const begin = bytes.indexOf(LINE_END) + 1;
  let entries: [string, number][];
  try {
    entries = JSON.parse(bytes.toString("latin1", 0, begin)) as [string, number][];
  } catch {
    return pack;
  }
  let offset = begin;
  for (const [name, length] of entries) {
    pack.set(name, bytes.subarray(offset, offset + length));
    offset += aligned(length);
  }
  return offset === bytes.length ? pack : new Map();
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
