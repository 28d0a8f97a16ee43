/** Server-sent events to all who look (HTML Living Standard, 9.2): who reads too slowly misses some, and holds up nobody. */
import type { ServerResponse } from "node:http";

/** Pages that can be open at once. */
const MOST_STREAMS = 16;
/** Bytes that wait for one reader at most before it is passed over. */
const MOST_WAITING = 65_536;
/** A connection on which nothing is sent for long is closed by those on its way. */
const ALIVE_MS = 10_000;

/** The open streams. */
export class EventStreams {
  readonly #streams = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#write(": alive\n\n"), ALIVE_MS);
    this.#timer.unref();
  }

  get size(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /** Begins one, with what it is to have at first. */
  add(response: ServerResponse, first: string): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.#streams.add(response);
    response.once("close", () => this.#streams.delete(response));
    response.write(`retry: 2000\n\n${first}`);
  }

  /** Sends to all who have read what they were sent before. */
  send(event: string): void {
    this.#write(event);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  #write(text: string): void {
    for (const stream of this.#streams) {
      if (stream.writableLength < MOST_WAITING) stream.write(text);
    }
  }
}

/** One event. `data` is written as JSON, which has no line breaks. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
