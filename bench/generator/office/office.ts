/** The office: its clients with their addresses and ports, its servers, and its random choices. */
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import { FIRST_CLIENT_PORT } from "../port-list.ts";
import type { Random } from "../random.ts";
import type { Endpoint } from "./frames.ts";
import type { Host, Hosts } from "./hosts.ts";

/** A device of the office. */
export interface Client {
  readonly number: number;
  readonly name: string;
  readonly hardware: Uint8Array;
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}

const CLIENTS = 200;
/** Number of flows of a client before a port repeats. */
const CLIENT_PORTS = 65536 - FIRST_CLIENT_PORT;
/** Meaningless bytes, from which all opaque data is cut. */
const OPAQUE_BYTES = 1 << 17;
const ROUTER = Uint8Array.of(2, 0, 0x5e, 0, 0, 1);

export class Office {
  readonly random: Random;
  readonly hosts: Hosts;
  readonly #clients: readonly Client[];
  readonly #ports = new Uint32Array(CLIENTS);
  readonly #opaque = new Uint8Array(OPAQUE_BYTES);
  readonly #seen = new Set<string>();

  /** @param random is used as long as the office lives */
  constructor(hosts: Hosts, random: Random) {
    this.random = random;
    this.hosts = hosts;
    this.#clients = Array.from({ length: CLIENTS }, (_, number) => ({
      number,
      name: `mac-${number + 1}`,
      hardware: Uint8Array.of(2, 0, 0x0a, 0, 0, number),
      ipv4: Uint8Array.of(10, 20, 1, number + 10),
      ipv6: addressBytes(`2001:db8:20::${(number + 0x10).toString(16)}`),
    }));
    for (let i = 0; i < OPAQUE_BYTES; i++) this.#opaque[i] = random.uint32() >>> 24;
  }

  drawClient(): Client {
    return this.#clients[this.random.below(CLIENTS)];
  }

  /**
   * Returns the client's end of a new flow.
   * @throws Error if the client has used all of its ports
   */
  openPort(client: Client, isIpv6: boolean): Endpoint {
    const used = this.#ports[client.number]++;
    if (used >= CLIENT_PORTS) throw new Error("too many packets: the office runs out of ports");
    // An odd step cycles through all ports before one repeats.
    const port = FIRST_CLIENT_PORT + ((used * 4_099 + client.number * 997) % CLIENT_PORTS);
    return this.endpointOf(client, port, isIpv6);
  }

  endpointOf(client: Client, port: number, isIpv6 = false): Endpoint {
    return { hardware: client.hardware, address: isIpv6 ? client.ipv6 : client.ipv4, port };
  }

  /** An external host, behind the router. */
  serverOf(host: Host, port: number, isIpv6: boolean): Endpoint {
    return { hardware: ROUTER, address: addressBytes(isIpv6 ? host.ipv6 : host.ipv4), port };
  }

  /** A server of the office, `10.20.0.number`. */
  ownServer(number: number, port: number): Endpoint {
    return { hardware: ROUTER, address: Uint8Array.of(10, 20, 0, number), port };
  }

  /** Meaningless bytes; a copy. */
  opaque(length: number): Uint8Array {
    const start = this.random.below(OPAQUE_BYTES - length);
    return this.#opaque.slice(start, start + length);
  }

  /** Between `least` and `most` microseconds. */
  pause(least: number, most: number): number {
    return least + this.random.below(most - least);
  }

  /** Whether this is the first query for this flow, which many messages share. */
  isFirstOf(flow: string): boolean {
    if (this.#seen.has(flow)) return false;
    this.#seen.add(flow);
    return true;
  }
}
