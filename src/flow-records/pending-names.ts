/** Names whose flow is not over yet: logs tell them first. Bounded; those that have waited longest go, and are counted. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import { addTunnel } from "../evidence/observation/handshake-names.ts";
import type { LogFormat } from "./log-entry.ts";

/** Flows of which names wait, some hundred bytes each. */
const MAX_PENDING = 131_072;
/** Of those that wait, one in so many goes when there is no room. */
const DROPPED_PART = 64;

export class PendingNames {
  /** Those that went. */
  dropped = 0;
  readonly #names = new Map<string, HandshakeNames>();
  readonly #most: number;

  /** @param most flows of which names wait */
  constructor(most = MAX_PENDING) {
    this.#most = most;
  }

  /** Flows of which names wait. */
  get count(): number {
    return this.#names.size;
  }

  /** A flow has named somebody. What it named first counts, and behind a proxy what it named there. */
  add(format: LogFormat, id: string, names: HandshakeNames): void {
    const key = `${format} ${id}`;
    const before = this.#names.get(key) ?? null;
    const isBehindProxy = before?.nameSource === "http-connect" && names.serverName !== null;
    const all = isBehindProxy ? addTunnel(names, before) : addTunnel(before ?? names, names);
    if (all !== null) this.#names.set(key, all);
    if (this.#names.size > this.#most) this.#dropOldest();
  }

  /** What a flow has named, which is over: it is forgotten. Null for nothing. */
  take(format: LogFormat, id: string): HandshakeNames | null {
    if (this.#names.size === 0) return null;
    const key = `${format} ${id}`;
    const names = this.#names.get(key) ?? null;
    this.#names.delete(key);
    return names;
  }

  #dropOldest(): void {
    let count = Math.ceil(this.#names.size / DROPPED_PART);
    for (const key of this.#names.keys()) {
      this.#names.delete(key);
      this.dropped++;
      if (--count === 0) return;
    }
  }
}
