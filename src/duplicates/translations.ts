/**
 * Flows that are other flows seen on the far side of a NAT, and so are left out. For a reply, the side that is left out
 * is seen first: it is left out because of its flow, and the other side is counted when it comes.
 */
import { FlowHash } from "./flow-hash.ts";
import type { HashKey } from "./keyed-hash.ts";
import type { FlowEnds } from "./sightings.ts";

/** Maximum flows remembered; beyond that the one learned longest ago is forgotten. */
const MAX_FLOWS = 65_536;
/**
 * Maximum consecutive packets left out without a sighting on the other side. More are never in transit through a
 * gateway, so the other side is no longer captured.
 */
const MAX_UNCONFIRMED = 128;

export class Translations {
  readonly #hash: FlowHash;
  /** Packets left out of each flow since the last one that was seen on the other side. */
  readonly #unconfirmed = new Map<number, number>();

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#hash = new FlowHash(key);
  }

  /** Notes that packets of `translated` are those of `counted`, which from now on is not left out itself. */
  learn(translated: FlowEnds, counted: FlowEnds): void {
    if (this.#unconfirmed.size > 0) this.#unconfirmed.delete(this.#hash.of(counted));
    const key = this.#hash.of(translated);
    if (!this.#unconfirmed.has(key) && this.#unconfirmed.size >= MAX_FLOWS) {
      for (const oldest of this.#unconfirmed.keys()) {
        this.#unconfirmed.delete(oldest);
        break;
      }
    }
    this.#unconfirmed.set(key, 0);
  }

  /** Whether the flow's packets are left out. */
  has(flow: FlowEnds): boolean {
    return this.#unconfirmed.size > 0 && this.#unconfirmed.has(this.#hash.of(flow));
  }

  /** Like `has`, for a packet that was not seen before; call it once for each. */
  omits(flow: FlowEnds): boolean {
    if (this.#unconfirmed.size === 0) return false;
    const key = this.#hash.of(flow);
    const count = this.#unconfirmed.get(key);
    if (count === undefined) return false;
    if (count < MAX_UNCONFIRMED) {
      this.#unconfirmed.set(key, count + 1);
      return true;
    }
    this.#unconfirmed.delete(key);
    return false;
  }

  /** Notes that a packet left out of the flow has been seen on the other side. */
  confirm(flow: FlowEnds): void {
    const key = this.#hash.of(flow);
    if (this.#unconfirmed.has(key)) this.#unconfirmed.set(key, 0);
  }
}
