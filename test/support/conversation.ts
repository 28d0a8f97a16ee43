/** Conversations of two hosts: captured packets, one after the other, a millisecond apart. */

import { packet } from "../../src/testing/builders/packet-builder.ts";
import type { MemoryRecord } from "./memory-source.ts";

/** 192.0.2.1:40000, or [2001:db8::1]:40000. */
type End = string;

const START = 1_700_000_000_000n;
const MILLISECOND = 1_000_000n;

export class Capture {
  readonly records: MemoryRecord[] = [];
  /** Milliseconds since the beginning. */
  now = 0;

  /** Lets time pass. */
  wait(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  /** A TCP connection, with its handshake unless `isOpened` is false. */
  tcp(client: End, server: End, isOpened = true): Stream {
    const stream = new Stream(this, client, server);
    if (isOpened) stream.open();
    return stream;
  }

  /** A datagram, or an answer of the other side. */
  udp(source: End, destination: End, content: string | Uint8Array = "hello"): this {
    const [from, to] = [endOf(source), endOf(destination)];
    const ip = from.isIpv6
      ? packet().ethernet().ipv6(addresses(from, to))
      : packet().ethernet().ipv4(addresses(from, to));
    return this.add(ip.udp({ sourcePort: from.port, destinationPort: to.port }).payload(content).build());
  }

  add(bytes: Uint8Array): this {
    this.records.push({ bytes, time: (START + BigInt(this.now++)) * MILLISECOND });
    return this;
  }
}

export class Stream {
  readonly #capture: Capture;
  readonly #ends: readonly [ReturnType<typeof endOf>, ReturnType<typeof endOf>];
  /** Sequence number of the next byte, of client and server. */
  readonly #next = [1000, 0xffff_fff0];

  constructor(capture: Capture, client: End, server: End) {
    this.#capture = capture;
    this.#ends = [endOf(client), endOf(server)];
  }

  open(): this {
    this.#send(0, "S", "");
    this.#send(1, "SA", "");
    for (const side of [0, 1]) this.#next[side] = (this.#next[side] + 1) >>> 0;
    return this;
  }

  client(content: string | Uint8Array): this {
    return this.say(0, content);
  }

  server(content: string | Uint8Array): this {
    return this.say(1, content);
  }

  /** In pieces of `size` bytes; `isLost`: it was not captured. */
  say(side: 0 | 1, content: string | Uint8Array, size = 1400, isLost = false): this {
    const bytes = typeof content === "string" ? new Uint8Array(Buffer.from(content, "latin1")) : content;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      if (!isLost) this.#send(side, "PA", piece);
      this.#next[side] = (this.#next[side] + piece.length) >>> 0;
    }
    return this;
  }

  #send(side: 0 | 1, flags: string, content: string | Uint8Array): void {
    const [from, to] = side === 0 ? this.#ends : [this.#ends[1], this.#ends[0]];
    const ip = from.isIpv6
      ? packet().ethernet().ipv6(addresses(from, to))
      : packet().ethernet().ipv4(addresses(from, to));
    const sequence = this.#next[side];
    const tcp = ip.tcp({
      sourcePort: from.port,
      destinationPort: to.port,
      flags,
      sequence,
      acknowledgment: this.#next[1 - side],
    });
    this.#capture.add(tcp.payload(content).build());
  }
}

function endOf(text: End) {
  const colon = text.lastIndexOf(":");
  const address = text.slice(0, colon).replace(/^\[|\]$/g, "");
  return { address, port: Number(text.slice(colon + 1)), isIpv6: address.includes(":") };
}

function addresses(from: { readonly address: string }, to: { readonly address: string }) {
  return { source: from.address, destination: to.address };
}
