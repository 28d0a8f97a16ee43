/** Data received from the server, and look-ups there. */
import type { FeedColumn, FeedHistory, FeedInterval } from "../page-feed.ts";

/** All data at one moment. */
export interface Feed {
  readonly latest: FeedInterval;
  /** The last hour, oldest first. */
  readonly columns: readonly FeedColumn[];
}

/** State of the stream: nothing received yet, receiving, cut off, monitoring ended. */
export type FeedState = "waiting" | "live" | "cut" | "ended";

const MOST_COLUMNS = 720;

/** Listens until monitoring ends. `heardAt`: when that event was read, in milliseconds. */
export function listen(
  onFeed: (feed: Feed, heardAt: number) => void,
  onState: (state: FeedState) => void,
): void {
  const stream = new EventSource("/events");
  let columns: readonly FeedColumn[] = [];
  stream.addEventListener("history", ({ data }: MessageEvent<string>) => {
    columns = (JSON.parse(data) as FeedHistory).columns;
  });
  stream.addEventListener("interval", ({ data }: MessageEvent<string>) => {
    const heardAt = performance.now();
    const latest = JSON.parse(data) as FeedInterval;
    const before = columns.filter(({ start }) => start < latest.column.start);
    columns = [...before, latest.column].slice(-MOST_COLUMNS);
    onState(latest.isLast ? "ended" : "live");
    if (latest.isLast) stream.close();
    onFeed({ latest, columns }, heardAt);
  });
  stream.addEventListener("error", () => onState("cut"));
}

/** Queries the server; null if there is no answer any more. */
export async function lookUp<T>(path: string, asked: URLSearchParams): Promise<T | null> {
  try {
    const answer = await fetch(`${path}?${asked}`);
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null;
  }
}

/** Reports whether the server is running, if it sends nothing by itself. */
export function watch(onState: (isThere: boolean) => void): void {
  const stream = new EventSource("/events");
  stream.addEventListener("open", () => onState(true));
  stream.addEventListener("error", () => onState(false));
}
