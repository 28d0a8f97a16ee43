/** Server-sent events for all open pages (HTML Living Standard, 9.2): a slow reader misses some, and delays nobody. */
import type { ServerResponse } from "node:http";

/** Maximum number of open pages. */
const MOST_STREAMS = 16;
/** Maximum number of bytes pending for one reader; beyond it events are skipped. */
const MOST_WAITING = 65_536;
/** Keep-alive interval: proxies close connections that are silent for long. */
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

  /** Opens one, with its initial events. */
  add(response: ServerResponse, first: string): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.#streams.add(response);
    response.once("close", () => this.#streams.delete(response));
    response.write(`retry: 2000\n\n${first}`);
  }

  /** Sends to all readers without pending data. */
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
