/** A flow that announced ports for others: its identity, as long as one of its announcements is kept. */
import type { AddressKey } from "../../net/address-key.ts";

/** Maximum number of addresses kept of a session: its two hosts', and others that it named. */
const MAX_ADDRESSES = 16;

export class AnnouncingSession {
  /** Entry of its flow; 0 once that has ended. */
  entry: number;
  /** By side (`Side`) of its flow. */
  readonly hosts: readonly [AddressKey, AddressKey];
  /** The serving side; null if unknown. */
  readonly server: 0 | 1 | null;
  /** Time of its last activity, since 1970. */
  lastTime: number;
  /** Number of ports that it has announced. */
  count = 0;
  readonly #addresses: AddressKey[];

  constructor(entry: number, hosts: readonly [AddressKey, AddressKey], server: 0 | 1 | null, time: number) {
    this.entry = entry;
    this.hosts = hosts;
    this.server = server;
    this.lastTime = time;
    this.#addresses = [...hosts];
  }

  hasAddress(address: AddressKey): boolean {
    return this.#addresses.includes(address);
  }

  /** Adds an address that it named for a port: media of one party may go directly to the other's address. */
  addAddress(address: AddressKey): void {
    if (this.#addresses.length < MAX_ADDRESSES && !this.hasAddress(address)) this.#addresses.push(address);
  }
}
