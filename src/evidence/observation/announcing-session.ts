/** A flow that announced ports for others: who it is, for as long as an announcement of it is kept. */
import type { AddressKey } from "../../net/address-key.ts";

/** Addresses of a session that are kept: its two hosts', and others that it named. */
const MAX_ADDRESSES = 16;

export class AnnouncingSession {
  /** Of its flow; 0 once that has ended. */
  record: number;
  /** By side (`Side`) of its flow. */
  readonly hosts: readonly [AddressKey, AddressKey];
  /** The side that serves; null where nobody knows. */
  readonly server: 0 | 1 | null;
  /** When something was last seen of it, since 1970. */
  lastTime: number;
  /** How many ports it has announced. */
  count = 0;
  readonly #addresses: AddressKey[];

  constructor(record: number, hosts: readonly [AddressKey, AddressKey], server: 0 | 1 | null, time: number) {
    this.record = record;
    this.hosts = hosts;
    this.server = server;
    this.lastTime = time;
    this.#addresses = [...hosts];
  }

  hasAddress(address: AddressKey): boolean {
    return this.#addresses.includes(address);
  }

  /** An address that it named for a port: one party's media may go to the other's at once. */
  addAddress(address: AddressKey): void {
    if (this.#addresses.length < MAX_ADDRESSES && !this.hasAddress(address)) this.#addresses.push(address);
  }
}
