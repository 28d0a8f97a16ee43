/** Messages of DCE-RPC's endpoint mapper: a bind, `ept_map`, and its response (C706, 12.6 and appendices L and O). */
import { ByteWriter, concatBytes } from "../../src/testing/builders/byte-writer.ts";

const MAPPER = "0883afe11f5dc91191a408002b14a0fa";
/** NDR, version 2. */
const NDR = "045d888aeb1cc9119fe808002b104860";
/** drsuapi: e3514235-4b06-11d1-ab04-00c04fc2dcd2. */
export const OTHER_INTERFACE = "354251e3064bd111ab0400c04fc2dcd2";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

export function bind(abstract = MAPPER): Uint8Array {
  const body = new ByteWriter("little").uint16(5840).uint16(5840).uint32(0).uint32(1).uint16(0).uint16(1);
  body.bytes(bytes(abstract)).uint32(3).bytes(bytes(NDR)).uint32(2);
  return message(11, 1, body.toBytes());
}

/** The tower in a request does not matter, only the operation. */
export function request(call: number, operation = 3): Uint8Array {
  const body = new ByteWriter("little").uint32(64).uint16(0).uint16(operation).bytes(new Uint8Array(64));
  return message(0, call, body.toBytes());
}

export interface Tower {
  readonly port: number;
  /** 07 TCP, 08 UDP, 1f HTTP. */
  readonly protocol?: number;
  readonly address?: readonly [number, number, number, number];
  /** Length of the interface annotation, to vary alignment. */
  readonly extra?: number;
}

export function response(call: number, towers: readonly Tower[]): Uint8Array {
  const stub = new ByteWriter("little").bytes(new Uint8Array(20)).uint32(towers.length);
  stub.uint32(towers.length).uint32(0).uint32(towers.length);
  for (const [i] of towers.entries()) stub.uint32(3 + i);
  for (const tower of towers) {
    const octets = towerOf(tower);
    stub.uint32(octets.length).uint32(octets.length).bytes(octets);
    stub.bytes(new Uint8Array(-stub.length & 3));
  }
  stub.uint32(0);
  const body = new ByteWriter("little").uint32(stub.length).uint16(0).uint16(0).bytes(stub.toBytes());
  return message(2, call, body.toBytes());
}

function towerOf({ port, protocol = 7, address = [192, 0, 2, 2], extra = 0 }: Tower): Uint8Array {
  const floor = (left: Uint8Array, right: Uint8Array) =>
    new ByteWriter("little").uint16(left.length).bytes(left).uint16(right.length).bytes(right).toBytes();
  const byte = (value: number) => new Uint8Array([value]);
  return concatBytes(
    new Uint8Array([5, 0]),
    floor(concatBytes(bytes("0d"), bytes(OTHER_INTERFACE), bytes("0400")), new Uint8Array(2 + extra)),
    floor(concatBytes(bytes("0d"), bytes(NDR), bytes("0200")), new Uint8Array(2)),
    floor(byte(0x0b), new Uint8Array(2)),
    floor(byte(protocol), new Uint8Array([port >> 8, port & 0xff])),
    floor(byte(9), new Uint8Array(address)),
  );
}

function message(type: number, call: number, body: Uint8Array): Uint8Array {
  const head = new ByteWriter("little").uint8(5).uint8(0).uint8(type).uint8(3).uint32(0x10);
  return head
    .uint16(16 + body.length)
    .uint16(0)
    .uint32(call)
    .bytes(body)
    .toBytes();
}
