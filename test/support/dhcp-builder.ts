/** Builds DHCP messages. */
import { ByteWriter } from "../../src/testing/builders/byte-writer.ts";
import { addressBytes } from "../../src/testing/builders/packet-layer.ts";

export interface BuiltDhcp {
  readonly isReply?: boolean;
  readonly transaction?: number;
  readonly hardware?: readonly number[];
  readonly ownAddress?: string;
  readonly givenAddress?: string;
  readonly magic?: number;
  /** Values by code (RFC 2132), in message order. */
  readonly options?: readonly (readonly [code: number, value: string | readonly number[]])[];
}

/** Returns the bytes of a message, owned by the caller. */
export function buildDhcp(message: BuiltDhcp): Uint8Array {
  const writer = new ByteWriter()
    .bytes([message.isReply ? 2 : 1, 1, 6, 0])
    .uint32(message.transaction ?? 1)
    .zeros(4)
    .bytes(addressBytes(message.ownAddress ?? "0.0.0.0"))
    .bytes(addressBytes(message.givenAddress ?? "0.0.0.0"))
    .zeros(8)
    .bytes(message.hardware ?? [2, 0, 0, 0, 0, 1])
    .zeros(10 + 64 + 128)
    .uint32(message.magic ?? 0x63825363);
  for (const [code, value] of message.options ?? []) {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    writer.uint8(code).uint8(bytes.length).bytes(bytes);
  }
  return writer.uint8(255).toBytes();
}
