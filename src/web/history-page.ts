/** The page of `appleflow serve`: a history, without live data. Read-only. */
import type { IncomingMessage } from "node:http";
import type { ReadingOptions } from "../engine/reading-options.ts";
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { type DropOutcome, DroppedCaptures } from "./dropped-captures.ts";
import { HistoryLookUps } from "./history-lookups.ts";
import { PageServer, type PageSource } from "./page-server.ts";
import type { PageSetting } from "./page-setting.ts";

/** A running page. */
export class HistoryPage implements PageSource {
  readonly #lookUps: HistoryLookUps;
  readonly #dropped: DroppedCaptures;
  #server: PageServer | null = null;

  private constructor(place: HistoryPlace, now: () => number, dropped: DroppedCaptures) {
    this.#lookUps = new HistoryLookUps(place, now);
    this.#dropped = dropped;
  }

  /**
   * Starts serving. `reading`: options for dropped captures; `now`: milliseconds since 1970. Rejects with the system's
   * error if that is not possible.
   */
  static async open(
    { address, files, token, advice }: PageSetting,
    place: HistoryPlace,
    reading: ReadingOptions,
    now: () => number,
  ): Promise<HistoryPage> {
    const page = new HistoryPage(place, now, new DroppedCaptures(reading, advice));
    page.#server = await PageServer.listen(address, files, token, page);
    return page;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** There are no events: the open stream only shows that the server is running. */
  firstEvents(): string {
    return "";
  }

  lookUp(path: string, asked: URLSearchParams): Promise<unknown> | undefined {
    return this.#lookUps.lookUp(path, asked);
  }

  take(request: IncomingMessage, name: string): Promise<DropOutcome> {
    return this.#dropped.take(request, name);
  }

  report(path: string): string | undefined {
    return this.#dropped.report(path);
  }

  close(): void {
    this.#server?.close();
  }
}
