import type { Packet } from "./frames.ts";

interface Running {
  readonly packet: Packet;
  readonly rest: Iterator<Packet>;
}

/** Concurrent conversations in a binary heap, which returns their packets in time order. */
export class ConversationQueue {
  readonly #heap: Running[] = [];

  /** Adds a conversation. */
  add(conversation: Iterator<Packet>): void {
    const { done, value } = conversation.next();
    if (done !== true) this.#insert({ packet: value, rest: conversation });
  }

  /** Time of the next packet in microseconds; infinity without a conversation. */
  get nextTime(): number {
    return this.#heap[0]?.packet.microseconds ?? Number.POSITIVE_INFINITY;
  }

  /** Returns the next packet. @throws Error without a conversation */
  take(): Packet {
    const [first] = this.#heap;
    if (first === undefined) throw new Error("no conversation goes on");
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    this.add(first.rest);
    return first.packet;
  }

  #insert(running: Running): void {
    const heap = this.#heap;
    let at = heap.push(running) - 1;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (heap[parent].packet.microseconds <= running.packet.microseconds) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = running;
  }

  /** Replaces the first entry. */
  #sink(running: Running): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.packet.microseconds < heap[child].packet.microseconds) child++;
      if (heap[child].packet.microseconds >= running.packet.microseconds) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = running;
  }
}
