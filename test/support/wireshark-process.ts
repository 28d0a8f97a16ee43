import { type ByteOrder, ByteWriter } from "../../src/testing/builders/byte-writer.ts";

/** A custom block of Wireshark's. Omitted fields have plain values. */
export interface WiresharkProcessFields {
  /** 0x00000bad, or 0x40000bad for one that is not copied. */
  readonly type?: number;
  readonly enterprise?: number;
  readonly entryType?: number;
  /** Length of process number and options together. */
  readonly entryLength?: number;
}

/**
 * Wireshark's custom block for a process (wireshark `wiretap/pcapng-wireshark-custom.c`), in a section of the given byte
 * order.
 */
export function wiresharkProcess(
  byteOrder: ByteOrder,
  pid: number,
  name: string,
  fields: WiresharkProcessFields = {},
): Uint8Array {
  const options = new ByteWriter("little")
    .uint16(2)
    .uint16(name.length)
    .text(name)
    .pad(4)
    .uint32(0)
    .toBytes();
  const { type = 0xbad, enterprise = 32_622, entryType = 3, entryLength = 4 + options.length } = fields;
  const entry = new ByteWriter("little").uint32(entryType).uint32(entryLength).uint32(pid).bytes(options);
  const total = 16 + entry.length;
  const block = new ByteWriter(byteOrder).uint32(type).uint32(total).uint32(enterprise);
  return block.bytes(entry.toBytes()).uint32(total).toBytes();
}
