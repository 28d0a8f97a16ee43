/**
 * FTP data connections: the port on which the server listens for the next one (RFC 959, 4.2.2, reply 227; RFC 2428, 3, reply
 * 229), or the client (RFC 959, 4.1.2, PORT; RFC 2428, 2, EPRT). After AUTH (RFC 4217, 4), the session is encrypted.
 *
 *   227 Entering Passive Mode (192,0,2,1,195,89)        PORT 192,0,2,2,159,123
 *   229 Entering Extended Passive Mode (|||50009|)      EPRT |1|192.0.2.2|40827|
 */
import { type AddressKey, ipv4Key } from "../../../net/address-key.ts";
import { decodeText } from "../name-text.ts";
import {
  type AnnouncementReader,
  type AnnouncementSink,
  announce,
  IS_BROKEN,
  NEEDS_MORE,
} from "./announced-port.ts";
import { readAddress } from "./written-address.ts";

const MAX_LINE = 1024;
const LINE_FEED = 0x0a;
const PASSIVE = /^227 /;
const ACTIVE = /^PORT /i;
const SIX_NUMBERS = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/;
const EXTENDED_PASSIVE = /^229 .*\(([!-~])\1\1(\d{1,5})\1\)/;
const EXTENDED_ACTIVE = /^EPRT ([!-~])[12]\1([0-9A-Fa-f:.]{2,45})\1(\d{1,5})\1/i;
/** Security data exchange is complete (RFC 2228, 5). */
const IS_ENCRYPTED = /^234 /;

export function readFtpSession(emit: AnnouncementSink): AnnouncementReader {
  return {
    lengthOf(bytes, offset, end) {
      const limit = Math.min(end, offset + MAX_LINE);
      for (let i = offset; i < limit; i++) if (bytes[i] === LINE_FEED) return i + 1 - offset;
      return end - offset >= MAX_LINE ? IS_BROKEN : NEEDS_MORE;
    },
    read(side, { bytes, offset, end }) {
      const line = decodeText(bytes, offset, end);
      if (IS_ENCRYPTED.test(line)) return false;
      const endpoint = endpointIn(line);
      if (endpoint !== null) announce(emit, { transport: "tcp", ...endpoint, side, holds: "connection" });
      return true;
    },
  };
}

function endpointIn(line: string): { readonly address: AddressKey | null; readonly port: number } | null {
  const numbers = PASSIVE.test(line) || ACTIVE.test(line) ? SIX_NUMBERS.exec(line) : null;
  if (numbers !== null) {
    const values = numbers.slice(1).map(Number);
    if (values.some((value) => value > 0xff)) return null;
    const [a, b, c, d, high, low] = values;
    const word = (a << 24) | (b << 16) | (c << 8) | d;
    return { address: word === 0 ? null : ipv4Key(word), port: (high << 8) | low };
  }
  const passive = EXTENDED_PASSIVE.exec(line);
  if (passive !== null) return { address: null, port: Number(passive[2]) };
  const active = EXTENDED_ACTIVE.exec(line);
  return active === null ? null : { address: readAddress(active[2]), port: Number(active[3]) };
}
