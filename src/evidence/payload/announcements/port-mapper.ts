/**
 * The port mapper (RFC 1833): it returns the ports of ONC RPC programs on the responding host. GETPORT and DUMP of version 2
 * answer with numbers, GETADDR and DUMP of versions 3 and 4 with universal addresses ("192.0.2.1.3.124": the last two are the
 * port's bytes). Over TCP, a message is preceded by its length (RFC 5531, 11).
 *
 *   | id | 0 call | 2 | program | version | procedure | credentials | verifier | what is asked |
 *   | id | 1 reply | 0 accepted | verifier | 0 success | answer |
 */
import type { AddressKey } from "../../../net/address-key.ts";
import { readUint32 } from "../../../net/byte-reads.ts";
import { decodeText } from "../name-text.ts";
import {
  type AnnouncementReader,
  type AnnouncementSink,
  announce,
  IS_BROKEN,
  type MessageBytes,
  NEEDS_MORE,
} from "./announced-port.ts";
import { readAddress } from "./written-address.ts";

const MARK = 4;
const LAST_FRAGMENT = 0x8000_0000;
const MAX_FRAGMENT = 0x10_0000;
const CALL = 0;
const REPLY = 1;
const CALL_FIELDS = 24;
const REPLY_FIELDS = 12;
const PORT_MAPPER = 100_000;
const GET_PORT = 3;
const DUMP = 4;
/** GETADDR for a given version (RFC 1833, 2.2.1). */
const GET_VERSION_ADDRESS = 9;
const TCP = 6;
const UDP = 17;
const MAX_PENDING = 64;
const MAX_ENTRIES = 256;
const MAX_TEXT = 64;

/** The parts of a call that the reply does not repeat. */
interface Call {
  readonly version: number;
  readonly procedure: number;
  readonly transport: "tcp" | "udp" | null;
}

/** Reads XDR fields (RFC 4506) in sequence; missing ones are 0 and "". */
class XdrCursor {
  readonly #message: MessageBytes;
  #at: number;

  constructor(message: MessageBytes, at: number) {
    this.#message = message;
    this.#at = message.offset + at;
  }

  get isOver(): boolean {
    return this.#at + 4 > this.#message.end;
  }

  number(): number {
    const value = this.isOver ? 0 : readUint32(this.#message.bytes, this.#at);
    this.#at += 4;
    return value;
  }

  /** Reads a text, of which at most `MAX_TEXT` bytes are used. */
  text(): string {
    const length = this.number();
    const start = this.#at;
    this.#at += Math.ceil(length / 4) * 4;
    if (this.#at > this.#message.end || length > MAX_TEXT) return "";
    return decodeText(this.#message.bytes, start, start + length);
  }

  /** Skips credentials or a verifier (RFC 5531, 8.2). */
  skipAuthentication(): void {
    this.number();
    const length = this.number();
    this.#at += Math.ceil(length / 4) * 4;
  }
}

/**
 * @param isStream whether the session is over TCP
 * @param emit receives the ports in replies
 */
export function readPortMapper(isStream: boolean, emit: AnnouncementSink): AnnouncementReader {
  const calls = new Map<number, Call>();
  const start = isStream ? MARK : 0;
  return {
    lengthOf(bytes, offset, end) {
      if (end - offset < MARK) return NEEDS_MORE;
      const mark = readUint32(bytes, offset);
      // Messages in several fragments are not reassembled: no reply with ports is.
      if (mark < LAST_FRAGMENT || mark - LAST_FRAGMENT > MAX_FRAGMENT) return IS_BROKEN;
      return MARK + mark - LAST_FRAGMENT;
    },
    read(side, message) {
      const cursor = new XdrCursor(message, start);
      const id = cursor.number();
      const type = cursor.number();
      if (type === CALL) {
        if (message.end - message.offset < start + CALL_FIELDS) return true;
        cursor.number();
        if (cursor.number() !== PORT_MAPPER) return false;
        const call = readCall(cursor, isStream ? "tcp" : "udp");
        if (call !== null && calls.size < MAX_PENDING) calls.set(id, call);
        return true;
      }
      const call = calls.get(id);
      if (type !== REPLY || call === undefined || message.end - message.offset < start + REPLY_FIELDS)
        return true;
      calls.delete(id);
      const isDenied = cursor.number() !== 0;
      cursor.skipAuthentication();
      if (isDenied || cursor.number() !== 0) return true;
      readAnswer(cursor, call, (transport, address, port) =>
        announce(emit, { transport, address, port, side, holds: "service" }),
      );
      return true;
    },
  };
}

/** @param own transport of the call, which is that of the reply if none is named (RFC 1833, 2.2.1) */
function readCall(cursor: XdrCursor, own: "tcp" | "udp"): Call | null {
  const version = cursor.number();
  const procedure = cursor.number();
  if (procedure !== GET_PORT && procedure !== DUMP && procedure !== GET_VERSION_ADDRESS) return null;
  cursor.skipAuthentication();
  cursor.skipAuthentication();
  if (procedure === DUMP) return { version, procedure, transport: null };
  // The port mapper itself is not announced.
  if (cursor.number() === PORT_MAPPER) return null;
  cursor.number();
  if (version === 2) return { version, procedure, transport: byNumber(cursor.number()) };
  const network = cursor.text();
  return { version, procedure, transport: network === "" ? own : byNetwork(network) };
}

type EndpointSink = (transport: "tcp" | "udp", address: AddressKey | null, port: number) => void;

function readAnswer(cursor: XdrCursor, { version, procedure, transport }: Call, emit: EndpointSink): void {
  if (procedure !== DUMP) {
    if (transport === null) return;
    if (version === 2) emit(transport, null, cursor.number());
    else readUniversal(cursor.text(), transport, emit);
    return;
  }
  for (let i = 0; i < MAX_ENTRIES && cursor.number() === 1; i++) {
    const program = cursor.number();
    cursor.number();
    const listed = version === 2 ? byNumber(cursor.number()) : byNetwork(cursor.text());
    const port = version === 2 ? cursor.number() : 0;
    const address = version === 2 ? "" : cursor.text();
    if (version !== 2) cursor.text();
    if (listed === null || program === PORT_MAPPER) continue;
    if (version === 2) emit(listed, null, port);
    else readUniversal(address, listed, emit);
  }
}

/** RFC 1833, 2.1 and RFC 5665, 5.2.3. */
function readUniversal(text: string, transport: "tcp" | "udp", emit: EndpointSink): void {
  const parts = text.split(".");
  const low = Number(parts.pop());
  const high = Number(parts.pop());
  if (!(low >= 0 && low <= 0xff && high >= 0 && high <= 0xff)) return;
  emit(transport, readAddress(parts.join(".")), (high << 8) | low);
}

function byNumber(protocol: number): "tcp" | "udp" | null {
  return protocol === TCP ? "tcp" : protocol === UDP ? "udp" : null;
}

/** "tcp", "udp6". */
function byNetwork(name: string): "tcp" | "udp" | null {
  return name === "tcp" || name === "tcp6" ? "tcp" : name === "udp" || name === "udp6" ? "udp" : null;
}
