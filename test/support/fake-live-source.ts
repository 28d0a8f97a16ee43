/** A live source whose packets arrive when the test says so. */

import type { InputError } from "../../src/errors.ts";
import type { BackendName, LiveCounters, LiveSource } from "../../src/packets/live/live-source.ts";
import type { CaptureInterface, PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";

export interface FakeLiveOptions {
  readonly name?: string;
  readonly backend?: BackendName;
  /** Packets lost so far; 0 by default. */
  readonly drops?: Partial<Omit<LiveCounters, "received">>;
  /** Ends with this error after its packets; without one it waits to be stopped, like an interface. */
  readonly fails?: InputError;
}

export class FakeLiveSource implements LiveSource {
  readonly name: string;
  readonly backend: BackendName;
  readonly format = "pcap";
  readonly bytesRead = 0;
  readonly totalBytes = null;
  error: InputError | null = null;
  drops: Omit<LiveCounters, "received">;
  stops = 0;
  readonly #packets: PacketSource;
  readonly #fails: InputError | null;
  #received = 0;
  /** Released blocks that have not been delivered. */
  #allowed = 0;
  #isStopped = false;
  #wake: () => void = () => {};

  /** @param packets The source of its packets, delivered block by block. */
  constructor(packets: PacketSource, options: FakeLiveOptions = {}) {
    this.#packets = packets;
    this.name = options.name ?? "eth0";
    this.backend = options.backend ?? "tcpdump";
    this.#fails = options.fails ?? null;
    this.drops = { droppedByKernel: 0, droppedByInterface: 0, droppedByUs: 0, ...options.drops };
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#packets.interfaces;
  }

  counters(): LiveCounters {
    return { received: this.#received, ...this.drops };
  }

  /** Releases N blocks; all of them by default. */
  release(blocks = Number.POSITIVE_INFINITY): void {
    this.#allowed += blocks;
    this.#wake();
  }

  async *blocks(): AsyncGenerator<PacketBlock> {
    const blocks = this.#packets.blocks()[Symbol.asyncIterator]();
    while (await this.#mayGoOn()) {
      const next = await blocks.next();
      if (next.done) break;
      this.#allowed--;
      this.#received += next.value.count;
      yield next.value;
    }
    if (this.#isStopped) return;
    if (this.#fails !== null) {
      this.error = this.#fails;
      return;
    }
    this.#allowed = 0;
    await this.#mayGoOn();
  }

  async stop(): Promise<void> {
    this.stops++;
    this.#isStopped = true;
    this.#wake();
  }

  /** Waits for `release` or `stop`; packets released before a stop still arrive. */
  async #mayGoOn(): Promise<boolean> {
    while (this.#allowed <= 0) {
      if (this.#isStopped) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return true;
  }
}
