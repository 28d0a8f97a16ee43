/** Names of flows that have not ended: logs write names first. Bounded; the oldest are dropped and counted. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import { addTunnel } from "../evidence/observation/handshake-names.ts";
import type { LogFormat } from "./log-entry.ts";

/** Maximum flows with pending names, some hundred bytes each. */
const MAX_PENDING = 131_072;
/** When full, one in this many is dropped. */
const DROPPED_SHARE = 64;

export class PendingNames {
  /** Number of dropped flows. */
  dropped = 0;
  readonly #names = new Map<string, HandshakeNames>();
  readonly #max: number;

  /** @param max maximum flows with pending names */
  constructor(max = MAX_PENDING) {
    this.#max = max;
  }

  /** Number of flows with pending names. */
  get count(): number {
    return this.#names.size;
  }

  /** Adds names of a flow. The first names count; behind a proxy, those named there. */
  add(format: LogFormat, id: string, names: HandshakeNames): void {
    const key = `${format} ${id}`;
    const before = this.#names.get(key) ?? null;
    const isBehindProxy = before?.nameSource === "http-connect" && names.serverName !== null;
    const all = isBehindProxy ? addTunnel(names, before) : addTunnel(before ?? names, names);
    if (all !== null) this.#names.set(key, all);
    if (this.#names.size > this.#max) this.#dropOldest();
  }

  /** Removes and returns the names of a flow that has ended; null for none. */
  take(format: LogFormat, id: string): HandshakeNames | null {
    if (this.#names.size === 0) return null;
    const key = `${format} ${id}`;
    const names = this.#names.get(key) ?? null;
    this.#names.delete(key);
    return names;
  }

  #dropOldest(): void {
    let count = Math.ceil(this.#names.size / DROPPED_SHARE);
    for (const key of this.#names.keys()) {
      this.#names.delete(key);
      this.dropped++;
      if (--count === 0) return;
    }
  }
}
