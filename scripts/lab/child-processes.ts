/** The processes that a process started. */
import { readFileSync } from "node:fs";

/** Process ids as the machine counts them; none where the process has ended. */
export function readChildren(pid: number | undefined): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}
