/** A growing buffer for integers in a chosen byte order and for bytes, used by the builders of test data. */

/** Byte order of integers. */
export type ByteOrder = "big" | "little";

/** Writes to its own buffer; `toBytes()` returns a copy that the caller owns. */
export class ByteWriter {
  private buffer = Buffer.alloc(256);
  private used = 0;
  readonly byteOrder: ByteOrder;

  constructor(byteOrder: ByteOrder = "big") {
    this.byteOrder = byteOrder;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.used;
  }

  uint8(value: number): this {
    const offset = this.reserve(1);
    this.buffer.writeUInt8(value & 0xff, offset);
    return this;
  }

  uint16(value: number): this {
    const offset = this.reserve(2);
    if (this.byteOrder === "big") this.buffer.writeUInt16BE(value & 0xffff, offset);
    else this.buffer.writeUInt16LE(value & 0xffff, offset);
    return this;
  }

  uint32(value: number): this {
    const offset = this.reserve(4);
    if (this.byteOrder === "big") this.buffer.writeUInt32BE(value >>> 0, offset);
    else this.buffer.writeUInt32LE(value >>> 0, offset);
    return this;
  }

  uint64(value: bigint): this {
    const offset = this.reserve(8);
    const unsigned = BigInt.asUintN(64, value);
    if (this.byteOrder === "big") this.buffer.writeBigUInt64BE(unsigned, offset);
    else this.buffer.writeBigUInt64LE(unsigned, offset);
    return this;
  }

  bytes(value: Uint8Array | readonly number[]): this {
    const offset = this.reserve(value.length);
    this.buffer.set(value, offset);
    return this;
  }

  /** UTF-8, without a length and without a NUL. */
  text(value: string): this {
    return this.bytes(Buffer.from(value, "utf8"));
  }

  /** `count` zero bytes. */
  zeros(count: number): this {
    const offset = this.reserve(count);
    this.buffer.fill(0, offset, offset + count);
    return this;
  }

  /** Zeros up to the next multiple of `unit` bytes from the start. */
  pad(unit: number): this {
    return this.zeros((unit - (this.used % unit)) % unit);
  }

  /** Returns a copy of what was written. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.used));
  }

  private reserve(count: number): number {
    const offset = this.used;
    if (offset + count > this.buffer.length) {
      const grown = Buffer.alloc(Math.max(this.buffer.length * 2, offset + count));
      this.buffer.copy(grown, 0, 0, offset);
      this.buffer = grown;
    }
    this.used = offset + count;
    return offset;
  }
}

/** Concatenates `parts`. */
export function concatBytes(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.bytes(part);
  return writer.toBytes();
}

/** Parses bytes from hexadecimal text; ignores spaces, line breaks and `#` comments. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/#.*$/gm, "").replace(/\s+/g, ""), "hex"));
}
