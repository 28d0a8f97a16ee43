/** Answers the page's history queries, one at a time: each may read millions of rows. */
import { InputError } from "../errors.ts";
import { historyRows } from "../render/history-rows.ts";
import { lengthFor } from "../reports/history/history-length.ts";
import {
  HISTORY_GROUPINGS,
  type HistoryAnswer,
  type HistoryGrouping,
  type HistoryPlace,
  type HistoryQuestion,
  WHOLE_HISTORY,
} from "../reports/history/history-report.ts";
import { ONE_BUCKET, unknownNames } from "../reports/history/unknown-names.ts";
import { type EarlierAnswer, feedPast } from "./history-answers.ts";
import { historyTimeOf, notOneOf } from "./history-time.ts";
import type { FeedChoices, FeedPast, FeedPastDevices, FeedPastTime } from "./page-feed.ts";

const WEEK_SECONDS = 7 * 86_400;
/** Maximum number of queued queries; further ones are refused. */
const MOST_WAITING = 16;
/** Per kind: longer lists are not useful. */
const MOST_CHOICES = 500;
const MOST_DEVICES = 1_000;
const LONGEST_NAME = 300;

/** The queries of a page. */
export class HistoryLookUps {
  readonly #place: HistoryPlace;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();
  /** Of clients that are still there. */
  readonly #waiting = new Set<HistoryPlace>();

  /** `now`: milliseconds since 1970. */
  constructor(place: HistoryPlace, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  /**
   * The answer for a path; undefined: no history query. Rejects with `InputError` if the history cannot be queried, or the query is
   * invalid (`bad_argument`), and with the reason of `signal` when that is aborted.
   */
  lookUp(path: string, asked: URLSearchParams, signal?: AbortSignal): Promise<unknown> | undefined {
    switch (path) {
      case "/api/history":
        return this.#inTurn((place) => this.#past(asked, place), signal);
      case "/api/history/choices":
        return this.#inTurn((place) => this.#choices(asked, place), signal);
      case "/api/history/devices":
        return this.#inTurn((place) => this.#devices(asked, place), signal);
      default:
        return undefined;
    }
  }

  async #past(asked: URLSearchParams, place: HistoryPlace): Promise<FeedPast> {
    const by = groupingOf(asked.get("by") || HISTORY_GROUPINGS[0]);
    const time = await this.#time(asked, place);
    const question: HistoryQuestion = {
      by,
      ...choiceOf(asked, time),
      everySeconds: lengthFor(time.to - time.from),
    };
    const answer = await place.ask(question);
    const isEmpty = answer.cells.length === 0;
    const earlier = asked.has("compare") ? await this.#earlier(time, answer, place) : null;
    return feedPast(time, answer, earlier, isEmpty ? await unknownIn(place, question) : []);
  }

  /** The same time weeks earlier, without overlap: weekdays are compared with the same weekdays. */
  async #earlier(
    time: FeedPastTime,
    { question, everySeconds }: HistoryAnswer,
    place: HistoryPlace,
  ): Promise<EarlierAnswer> {
    // The future has no traffic yet.
    const until = Math.max(time.from + 1, Math.min(time.to, this.#seconds()));
    const weeks = Math.ceil((until - time.from) / WEEK_SECONDS);
    const [from, to] = [time.from, until].map((one) => one - weeks * WEEK_SECONDS);
    return { weeks, from, to, answer: await place.ask({ ...question, everySeconds, from, to }) };
  }

  async #choices(asked: URLSearchParams, place: HistoryPlace): Promise<FeedChoices> {
    const time = await this.#time(asked, place);
    const whole = { ...WHOLE_HISTORY, from: time.from, to: time.to, everySeconds: ONE_BUCKET };
    const devices = await place.ask({ ...whole, by: "device" });
    const products = await place.ask({ ...whole, by: "product" });
    return {
      devices: historyRows(devices)
        .flatMap(({ deviceId: id, name }) => (id === null ? [] : [{ id, name }]))
        .slice(0, MOST_CHOICES),
      products: productsIn(products).slice(0, MOST_CHOICES),
      sensors: devices.sensors.slice(0, MOST_CHOICES),
    };
  }

  async #devices(asked: URLSearchParams, place: HistoryPlace): Promise<FeedPastDevices> {
    const time = await this.#time(asked, place);
    const answer = await place.ask({
      ...WHOLE_HISTORY,
      by: "device",
      withGroups: true,
      ...choiceOf(asked, time),
      everySeconds: ONE_BUCKET,
    });
    const products = new Map<string | null, Record<string, number>>();
    for (const { deviceId, products: names, bytes } of answer.cells) {
      // If several match, none can be attributed.
      const [name] = names.length === 1 ? names : [];
      if (name === undefined) continue;
      const own = products.get(deviceId) ?? Object.create(null);
      own[name] = (own[name] ?? 0) + bytes;
      products.set(deviceId, own);
    }
    const devices = historyRows(answer).flatMap(({ deviceId: id, name, sent, received }) =>
      id === null ? [] : [{ id, name, sent, received, products: products.get(id) ?? {} }],
    );
    return { ...time, devices: devices.slice(0, MOST_DEVICES), deviceCount: devices.length };
  }

  async #time(asked: URLSearchParams, place: HistoryPlace): Promise<FeedPastTime> {
    return historyTimeOf(asked, await place.extent(), this.#seconds());
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** Asks a history that answers no more once the signal is aborted, be it before its turn. */
  async #inTurn<T>(ask: (place: HistoryPlace) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const whole = this.#place;
    if (this.#waiting.size >= MOST_WAITING) {
      throw new InputError("cannot_read", `${whole.name}: too many queries are waiting`);
    }
    const place: HistoryPlace = {
      name: whole.name,
      extent: () => whole.extent(signal),
      ask: (question) => whole.ask(question, signal),
    };
    const leave = () => this.#waiting.delete(place);
    this.#waiting.add(place);
    signal?.addEventListener("abort", leave);
    const found = this.#last.then(() => {
      signal?.throwIfAborted();
      return ask(place);
    });
    this.#last = found
      .catch(() => undefined)
      .finally(() => {
        signal?.removeEventListener("abort", leave);
        leave();
      });
    return await found;
  }
}

/** Throws `InputError` `bad_argument`. */
function groupingOf(text: string): HistoryGrouping {
  const by = HISTORY_GROUPINGS.find((one) => one === text);
  if (by === undefined) throw notOneOf("by", text, HISTORY_GROUPINGS);
  return by;
}

/** The names in a question that nothing in the whole history has; a live one may have them later. */
async function unknownIn(place: HistoryPlace, question: HistoryQuestion): Promise<readonly string[]> {
  const names = await unknownNames(place, question);
  const { product } = question;
  if (product === null) return names;
  const everything = { ...WHOLE_HISTORY, by: "product", everySeconds: ONE_BUCKET } as const;
  const { cells } = await place.ask({ ...everything, product });
  return cells.length === 0 ? [...names, "product"] : names;
}

/** Products that evidence names, by bytes, largest first. */
function productsIn({ cells }: HistoryAnswer): readonly string[] {
  const bytes = new Map<string, number>();
  for (const cell of cells) {
    for (const name of cell.products) bytes.set(name, (bytes.get(name) ?? 0) + cell.bytes);
  }
  return [...bytes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
}

/** The conditions of the query: `device`, `product`, `sensor`, in a time. */
function choiceOf(asked: URLSearchParams, { from, to }: FeedPastTime) {
  const text = (name: string) => {
    const given = (asked.get(name) ?? "").slice(0, LONGEST_NAME);
    return given === "" ? null : given;
  };
  return { from, to, device: text("device"), product: text("product"), sensor: text("sensor") };
}
