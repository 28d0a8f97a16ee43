/** Child processes of a process. */
import { readFileSync } from "node:fs";

/** Process ids in the machine's namespace; none if the process has ended. */
export function readChildren(pid: number | undefined): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}
