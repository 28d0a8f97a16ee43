/** A question of a history that nobody waits for any more. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, it } from "vitest";
import { askHistory } from "../../src/history/ask-history.ts";
import { parseClickHouseUrl } from "../../src/history/clickhouse/clickhouse-target.ts";
import { clickHouseHistory, folderHistory } from "../../src/history/history-place.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import { type HistoryPlace, WHOLE_HISTORY } from "../../src/reports/history/history-report.ts";
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
    const place = folderHistory(folder);
    await expect(place.extent(AbortSignal.abort(gone))).rejects.toBe(gone);
    expect((await place.extent(new AbortController().signal)).sensors).toEqual(["lab"]);
    expect((await asked(new AbortController().signal)).cells).toHaveLength(1);
  } finally {
    remove();
  }
});

it.each<[string, (place: HistoryPlace, signal: AbortSignal) => Promise<unknown>]>([
  ["question", (place, signal) => place.ask({ ...WHOLE_HISTORY, by: "product", everySeconds: 3600 }, signal)],
  ["question about its extent", (place, signal) => place.extent(signal)],
])("a %s ends at a server that does not answer, and leaves it", async (_, asked) => {
  const sockets: Socket[] = [];
  const server = createServer().on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const place = clickHouseHistory(parseClickHouseUrl(`clickhouse://127.0.0.1:${port}/appleflow`));
    const gone = new Error("gone");
    const leaving = new AbortController();
    const answer = expect(asked(place, leaving.signal)).rejects.toBe(gone);
    await expect.poll(() => sockets.length).toBe(1);
    leaving.abort(gone);
    await answer;
    await expect.poll(() => sockets[0].destroyed).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
