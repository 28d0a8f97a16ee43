/** An artificial history that records its queries, for tests that do not concern storage. */
import type {
  HistoryAnswer,
  HistoryCell,
  HistoryExtent,
  HistoryPlace,
  HistoryQuestion,
} from "../../src/reports/history/history-report.ts";

const NOTHING: HistoryCell = {
  start: 0,
  class: "identified",
  products: ["Maps"],
  families: ["Siri, search and Maps"],
  transport: "tcp",
  ports: "443",
  service: "https",
  protocol: "tls",
  party: null,
  deviceId: null,
  deviceName: null,
  deviceAddress: null,
  sensor: null,
  bytes: 0,
  sent: 0,
  received: 0,
  packets: 0,
  flows: 0,
  retoldBytes: 0,
};

export interface MadeUpHistory {
  readonly extent: HistoryExtent;
  /** Those of the queried time range and product are the answer, whatever else is queried. */
  readonly cells: readonly Partial<HistoryCell>[];
  /** Length of the stored buckets in seconds. */
  readonly kept?: number;
  /** Called before each answer; throws to simulate an error. */
  readonly fail?: () => void;
}

/** The history, and the queries it received. */
export function madeUpHistory({ extent, cells, kept = 60, fail = () => undefined }: MadeUpHistory) {
  const questions: HistoryQuestion[] = [];
  const place: HistoryPlace = {
    name: "traffic",
    extent: async () => {
      fail();
      return extent;
    },
    ask: async (question): Promise<HistoryAnswer> => {
      fail();
      questions.push(question);
      const { everySeconds } = question;
      const [from, to] = [question.from ?? 0, question.to ?? Number.POSITIVE_INFINITY];
      const length = Math.max(everySeconds ?? 60, kept);
      const found = cells
        .map((cell) => ({ ...NOTHING, ...cell }))
        .filter(({ start }) => start >= from && start < to)
        .filter(({ products }) => question.product === null || products.includes(question.product));
      const isRecorded = extent.start !== null && extent.start < to && (extent.end ?? 0) > from;
      return {
        question,
        everySeconds: length,
        start: null,
        end: null,
        sensors: isRecorded ? extent.sensors : [],
        cells: found.map((cell) => ({ ...cell, start: cell.start - (cell.start % length) })),
      };
    },
  };
  return { place, questions };
}
