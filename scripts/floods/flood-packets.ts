/** Packets of floods: a template whose addresses, ports and names vary by packet. */
import type { PacketWriter } from "./flood-source.ts";

const SOURCE_ADDRESS = 26;
const DESTINATION_ADDRESS = 30;
const SOURCE_PORT = 34;
const DESTINATION_PORT = 36;
const IDENTIFICATION = 18;

/** Placeholder in a template for a name of each packet. */
export const NAME = "qzqzqzqz";
const HEX = Buffer.from("0123456789abcdef");

/** A pseudo-random number, determined by `i` and `salt`: Murmur's finalizer. */
export function scrambled(i: number, salt = 0): number {
  let h = (i + Math.imul(salt, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The values that vary in packet `i`, by field. Others stay as in the template. */
export interface ChangedFields {
  readonly source?: number;
  readonly destination?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly identification?: number;
  /** Written as eight hexadecimal digits in place of every `NAME`. */
  readonly name?: number;
  /** From `randomFrom` on, all bytes come from this seed. */
  readonly seed?: number;
}

/** Writes `templates` in turn, each Ethernet and IPv4 without options, with the values of `fieldsOf`. */
export function changing(
  templates: readonly Uint8Array[],
  fieldsOf: (i: number) => ChangedFields,
  randomFrom = Number.POSITIVE_INFINITY,
): PacketWriter {
  const places = templates.map(placesOfName);
  return (i, bytes, offset) => {
    const turn = i % templates.length;
    const template = templates[turn];
    bytes.set(template, offset);
    const fields = fieldsOf(i);
    if (fields.source !== undefined) put(bytes, offset + SOURCE_ADDRESS, fields.source, 4);
    if (fields.destination !== undefined) put(bytes, offset + DESTINATION_ADDRESS, fields.destination, 4);
    if (fields.sourcePort !== undefined) put(bytes, offset + SOURCE_PORT, fields.sourcePort, 2);
    if (fields.destinationPort !== undefined)
      put(bytes, offset + DESTINATION_PORT, fields.destinationPort, 2);
    if (fields.identification !== undefined) put(bytes, offset + IDENTIFICATION, fields.identification, 2);
    if (fields.name !== undefined)
      for (const place of places[turn]) putHex(bytes, offset + place, fields.name);
    if (fields.seed !== undefined) {
      for (let at = randomFrom; at < template.length; at++) {
        bytes[offset + at] = scrambled(at, fields.seed);
      }
    }
    return template.length;
  };
}

function placesOfName(template: Uint8Array): number[] {
  const places: number[] = [];
  const text = Buffer.from(template);
  for (let at = text.indexOf(NAME); at >= 0; at = text.indexOf(NAME, at + 1)) places.push(at);
  return places;
}

function put(bytes: Uint8Array, offset: number, value: number, length: number): void {
  for (let i = 0; i < length; i++) bytes[offset + i] = value >>> (8 * (length - 1 - i));
}

function putHex(bytes: Uint8Array, offset: number, value: number): void {
  for (let i = 0; i < NAME.length; i++) bytes[offset + i] = HEX[(value >>> (28 - 4 * i)) & 15];
}
