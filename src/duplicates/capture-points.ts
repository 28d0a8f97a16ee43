/**
 * Points where packets are seen: each interface of each source; in captures of `any`, each device in the cooked header,
 * with this host's outgoing packets apart from incoming ones.
 */
import { cookedCapturePoint, isLinuxCooked } from "../packets/decode/linux-cooked.ts";
import type { PacketBlock } from "../packets/packet-block.ts";

/** Maximum points distinguished; all further ones share one. Interface indexes come from strangers. */
export const MAX_POINTS = 4096;
/** Exceeds any capture point that a cooked header can describe (`cookedCapturePoint`). */
const COOKED_POINTS = 2 ** 34;

/** The points of all sources of a session, numbered from 0 in order of appearance. */
export class CapturePoints {
  readonly #bySource = new WeakMap<object, Map<number, number>>();
  #count = 0;
  #lastSource: object | null = null;
  #lastPoints = new Map<number, number>();
  #lastKey = -1;
  #lastPoint = 0;

  /** Returns the point at which row `i` of a block of `source` was seen; below `MAX_POINTS`. */
  pointOf(block: PacketBlock, i: number, source: object): number {
    const id = block.interfaceIds[i];
    const { linkType } = block.interfaces[id];
    let cookedPoint = 0;
    if (isLinuxCooked(linkType)) {
      const offset = block.offsets[i];
      cookedPoint = 1 + cookedCapturePoint(linkType, block.bytes, offset, offset + block.capturedLengths[i]);
    }
    const key = id * COOKED_POINTS + cookedPoint;
    if (key !== this.#lastKey || source !== this.#lastSource) this.#find(key, source);
    return this.#lastPoint;
  }

  #find(key: number, source: object): void {
    if (source !== this.#lastSource) {
      this.#lastSource = source;
      this.#lastPoints = this.#bySource.get(source) ?? new Map();
      this.#bySource.set(source, this.#lastPoints);
    }
    this.#lastKey = key;
    const known = this.#lastPoints.get(key);
    this.#lastPoint = known ?? Math.min(this.#count, MAX_POINTS - 1);
    if (known !== undefined || this.#count === MAX_POINTS) return;
    this.#lastPoints.set(key, this.#count);
    this.#count += 1;
  }
}
