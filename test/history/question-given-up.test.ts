/** A question of a history that nobody waits for any more. */
import { expect, it } from "vitest";
import { askHistory } from "../../src/history/ask-history.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import { WHOLE_HISTORY } from "../../src/reports/history/history-report.ts";
import { bucketRow, historyFolder } from "../support/history-rows.ts";

/** 2026-11-30T09:00:00Z */
const NINE = Date.UTC(2026, 10, 30, 9) / 1000;

it("ends when its signal is aborted, before it is asked or while it is, and rejects with the reason", async () => {
  const { folder, remove } = historyFolder();
  try {
    const store = await HistoryStore.open({
      folder,
      sensor: "lab",
      keep: DEFAULT_KEEP,
      now: () => NINE * 1000,
    });
    await store.append([bucketRow(NINE, { sentBytes: 10 })]);
    store.close();
    const question = { ...WHOLE_HISTORY, by: "product", everySeconds: 3600 } as const;
    const gone = new Error("gone");
    const asked = (signal: AbortSignal) => askHistory(folder, question, { signal });
    await expect(asked(AbortSignal.abort(gone))).rejects.toBe(gone);
    const leaving = new AbortController();
    const answer = asked(leaving.signal);
    leaving.abort(gone);
    await expect(answer).rejects.toBe(gone);
    expect((await asked(new AbortController().signal)).cells).toHaveLength(1);
  } finally {
    remove();
  }
});
