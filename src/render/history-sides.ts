/** What the columns of bytes in a history count. */
import type { HistoryQuestion } from "../reports/history/history-report.ts";

/** Behind "Sent and received: ". */
export function sidesText({ by }: Pick<HistoryQuestion, "by">): string {
  return by === "device"
    ? "by that device; what two devices sent each other is in both rows."
    : "by devices of the local network; what they sent each other is in both columns.";
}
