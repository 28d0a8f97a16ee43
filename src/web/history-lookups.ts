/** Answers the page's history queries, one at a time: each may read millions of rows. */
import { InputError } from "../errors.ts";
import { historyRows } from "../render/history-rows.ts";
import { lengthFor } from "../reports/history/history-length.ts";
import {
  HISTORY_GROUPINGS,
  type HistoryAnswer,
  type HistoryPlace,
  type HistoryQuestion,
  WHOLE_HISTORY,
} from "../reports/history/history-report.ts";
import { ONE_BUCKET, unknownNames } from "../reports/history/unknown-names.ts";
import { type EarlierAnswer, feedPast } from "./history-answers.ts";
import { historyTimeOf } from "./history-time.ts";
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
  #waiting = 0;

  /** `now`: milliseconds since 1970. */
  constructor(place: HistoryPlace, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  /** The answer for a path; undefined: no history query. Rejects with `InputError` if the history cannot be queried. */
  lookUp(path: string, asked: URLSearchParams): Promise<unknown> | undefined {
    switch (path) {
      case "/api/history":
        return this.#inTurn(() => this.#past(asked));
      case "/api/history/choices":
        return this.#inTurn(() => this.#choices(asked));
      case "/api/history/devices":
        return this.#inTurn(() => this.#devices(asked));
      default:
        return undefined;
    }
  }

  async #past(asked: URLSearchParams): Promise<FeedPast> {
    const time = await this.#time(asked);
    const by = HISTORY_GROUPINGS.find((one) => one === asked.get("by")) ?? HISTORY_GROUPINGS[0];
    const question: HistoryQuestion = {
      by,
      ...choiceOf(asked, time),
      everySeconds: lengthFor(time.to - time.from),
    };
    const answer = await this.#place.ask(question);
    const earlier = asked.has("compare") ? await this.#earlier(time, answer) : null;
    const isEmpty = answer.cells.length === 0;
    return feedPast(time, answer, earlier, isEmpty ? await unknownNames(this.#place, question) : []);
  }

  /** The same time weeks earlier, without overlap: weekdays are compared with the same weekdays. */
  async #earlier(time: FeedPastTime, { question, everySeconds }: HistoryAnswer): Promise<EarlierAnswer> {
    // The future has no traffic yet.
    const until = Math.max(time.from + 1, Math.min(time.to, this.#seconds()));
    const weeks = Math.ceil((until - time.from) / WEEK_SECONDS);
    const [from, to] = [time.from, until].map((one) => one - weeks * WEEK_SECONDS);
    return { weeks, from, to, answer: await this.#place.ask({ ...question, everySeconds, from, to }) };
  }

  async #choices(asked: URLSearchParams): Promise<FeedChoices> {
    const time = await this.#time(asked);
    const whole = { ...WHOLE_HISTORY, from: time.from, to: time.to, everySeconds: ONE_BUCKET };
    const devices = await this.#place.ask({ ...whole, by: "device" });
    const products = await this.#place.ask({ ...whole, by: "product" });
    const bytes = new Map<string, number>();
    for (const cell of products.cells) {
      for (const name of cell.products) bytes.set(name, (bytes.get(name) ?? 0) + cell.bytes);
    }
    return {
      devices: historyRows(devices)
        .flatMap(({ deviceId: id, name }) => (id === null ? [] : [{ id, name }]))
        .slice(0, MOST_CHOICES),
      products: [...bytes]
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, MOST_CHOICES)
        .map(([name]) => name),
      sensors: devices.sensors.slice(0, MOST_CHOICES),
    };
  }

  async #devices(asked: URLSearchParams): Promise<FeedPastDevices> {
    const time = await this.#time(asked);
    const answer = await this.#place.ask({
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

  async #time(asked: URLSearchParams): Promise<FeedPastTime> {
    return historyTimeOf(asked, await this.#place.extent(), this.#seconds());
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      throw new InputError("cannot_read", `${this.#place.name}: too many queries are waiting`);
    }
    this.#waiting++;
    const found = this.#last.then(ask);
    this.#last = found.catch(() => undefined).finally(() => this.#waiting--);
    return await found;
  }
}

/** The conditions of the query: `device`, `product`, `sensor`, in a time. */
function choiceOf(asked: URLSearchParams, { from, to }: FeedPastTime) {
  const text = (name: string) => {
    const given = (asked.get(name) ?? "").slice(0, LONGEST_NAME);
    return given === "" ? null : given;
  };
  return { from, to, device: text("device"), product: text("product"), sensor: text("sensor") };
}
