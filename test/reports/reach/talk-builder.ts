/** Conversations of a client at given times: DNS queries, and connections in both directions. */
import { LinkType } from "../../../src/net/link-types.ts";
import { hasFailure } from "../../../src/reports/reach/reach-failure.ts";
import type { ReachReport } from "../../../src/reports/reach/reach-report.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { address, buildDns, QUERY_FLAGS, RESPONSE_FLAGS } from "../../../src/testing/builders/dns-builder.ts";
import { readWhole } from "../../support/analyze.ts";
import { type MemoryRecord, memorySource } from "../../support/memory-source.ts";
import { type End, nobodys, tcp, udp, watchedSession } from "./reach-packets.ts";

/** A packet at a second of the capture. */
export type Timed = readonly [seconds: number, packet: Uint8Array];

const START = 1_700_000_000n * 1_000_000_000n;
const timeOf = (seconds: number) => START + BigInt(Math.round(seconds * 1e6)) * 1000n;

/** The report on packets in time order; `goesOn`: seconds that the capture continues after the last one. */
export async function reachOfTimed(packets: readonly Timed[], goesOn = 0): Promise<ReachReport> {
  const { session, finish } = watchedSession();
  const sorted = packets.toSorted(([a], [b]) => a - b);
  const records: MemoryRecord[] = sorted.map(([seconds, bytes]) => ({
    bytes,
    time: timeOf(seconds),
    linkType: LinkType.ETHERNET,
  }));
  const last = sorted.at(-1)?.[0] ?? 0;
  if (goesOn > 0) records.push(nobodys(timeOf(last + goesOn)));
  await readWhole(session, memorySource(records));
  return finish().report;
}

/** The resolver that a client queries over its own version of IP. */
function resolverOf(client: string): End {
  return { address: client.includes(":") ? "2001:db8::53" : "10.20.0.1", port: 53 };
}

/** A query for an address, and its answer a hundredth of a second later. */
export function lookUp(client: string, name: string, at: number, ...addresses: readonly string[]): Timed[] {
  const query = asks(client, name, at);
  const answers = addresses.map((text) => address(name, text));
  return [query, answersWith(client, at + 0.01, buildDns({ questions: [question(name)], answers }))];
}

/** A query. */
export function asks(client: string, name: string, at: number, id = 0x1234): Timed {
  const from: End = { address: client, port: 40_000 };
  return [
    at,
    udp(from, resolverOf(client), [...buildDns({ id, flags: QUERY_FLAGS, questions: [question(name)] })]),
  ];
}

/** A response with an error code (RFC 1035, 4.1.1) and no records. */
export function refuses(client: string, name: string, at: number, code: number): Timed {
  return answersWith(client, at, buildDns({ flags: RESPONSE_FLAGS | code, questions: [question(name)] }));
}

function question(name: string) {
  return { name, type: 1 };
}

function answersWith(client: string, at: number, message: Uint8Array): Timed {
  return [at, udp(resolverOf(client), { address: client, port: 40_000 }, [...message])];
}

/** A TLS record of the given length. */
export function record(type: number, length: number, first = 0): number[] {
  return [type, 3, 3, length >> 8, length & 0xff, first, ...new Array<number>(length - 1).fill(7)];
}

/** A ClientHello for a name. */
export function helloFor(name: string): number[] {
  return [...toRecords(buildClientHello(serverName(name)))];
}

/** One connection, packet by packet, each a hundredth of a second after the previous one. */
export class Talk {
  readonly packets: Timed[] = [];
  readonly #ends: readonly [client: End, server: End];
  readonly #next: [number, number] = [1000, 5000];
  #at: number;

  constructor(client: End, server: End, at: number) {
    this.#ends = [client, server];
    this.#at = at;
  }

  /** Lets time pass. */
  wait(seconds: number): this {
    this.#at += seconds;
    return this;
  }

  /** SYNs without an answer, a second apart. */
  syns(count: number): this {
    for (let i = 0; i < count; i++)
      this.#send(0, { flags: "S", sequence: 1000 }).wait(i === count - 1 ? 0 : 0.99);
    return this;
  }

  /** The three packets of a handshake; the last one is omitted for a handshake that stays incomplete. */
  open(window = 64_000): this {
    this.#send(0, { flags: "S", sequence: 1000 });
    this.#send(1, { flags: "SA", sequence: 5000, acknowledgment: 1001, window });
    this.#next[0] = 1001;
    this.#next[1] = 5001;
    return this.acknowledge(0);
  }

  client(payload: readonly number[] | string): this {
    return this.#say(0, payload);
  }

  server(payload: readonly number[] | string): this {
    return this.#say(1, payload);
  }

  /** Retransmits the last N bytes that a side sent. */
  again(side: 0 | 1, length: number, times = 1): this {
    for (let i = 0; i < times; i++)
      this.#segment(side, this.#next[side] - length, new Array(length).fill(7)).wait(0.5 * 2 ** i);
    return this;
  }

  /** Data that is lost before it reaches the capture. */
  lose(side: 0 | 1, length: number): this {
    this.#next[side] += length;
    return this;
  }

  /** Acknowledges everything from the other side, or up to a number. */
  acknowledge(side: 0 | 1, acknowledgment = this.#next[1 - side]): this {
    return this.#send(side, { flags: "A", sequence: this.#next[side], acknowledgment });
  }

  end(side: 0 | 1, flags: "FA" | "R" = "FA", acknowledgment = this.#next[1 - side]): this {
    return this.#send(side, { flags, sequence: this.#next[side], acknowledgment });
  }

  #say(side: 0 | 1, payload: readonly number[] | string): this {
    const bytes = typeof payload === "string" ? [...Buffer.from(payload)] : payload;
    const sequence = this.#next[side];
    this.#next[side] += bytes.length;
    return this.#segment(side, sequence, bytes);
  }

  #segment(side: 0 | 1, sequence: number, payload: readonly number[]): this {
    return this.#send(side, { flags: "PA", sequence, acknowledgment: this.#acknowledged(side), payload });
  }

  /** Servers acknowledge everything; the test controls the acknowledgements of a client on a broken path. */
  #acknowledged(side: 0 | 1): number {
    return this.isClientStuck && side === 0 ? 5001 : this.#next[1 - side];
  }

  /** The client receives nothing from the server. */
  isClientStuck = false;

  #send(side: 0 | 1, segment: Parameters<typeof tcp>[2] & { readonly window?: number }): this {
    this.packets.push([this.#at, tcp(this.#ends[side], this.#ends[1 - side], segment)]);
    this.#at += 0.01;
    return this;
  }
}

/** A working TLS 1.3 connection. */
export function worksByTls(talk: Talk, name: string): Talk {
  talk
    .open()
    .client(helloFor(name))
    .server([...record(22, 90, 2), ...record(23, 900)]);
  talk.acknowledge(0).client([...record(23, 53), ...record(23, 120)]);
  return talk.server(record(23, 400)).acknowledge(0).end(0).end(1).acknowledge(0);
}

/** The address of mesu.apple.com, in one of Apple's networks. */
export const MESU: End = { address: "17.253.15.201", port: 443 };
export const NAME = "mesu.apple.com";

/** The client of these conversations, or another one, at a port. */
export function from(port: number, client = "10.20.0.10"): End {
  return { address: client, port };
}

/** Returns the verdict on a product, and whether the exit status is a failure. */
export function verdictOn(report: ReachReport, name = "Software Update"): readonly [string, boolean] {
  const verdict = report.products.find(({ product }) => product === name)?.verdict ?? "never-tried";
  return [verdict, hasFailure(report)];
}

/** A connection for mesu.apple.com, after DNS returned its address. */
export function mesu(talk: (one: Talk) => Talk, server = MESU): Timed[] {
  return [
    ...lookUp(from(0).address, NAME, 0, server.address),
    ...talk(new Talk(from(50_000), server, 0.1)).packets,
  ];
}
