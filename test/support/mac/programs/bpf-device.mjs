/** /dev/bpfN of a simulated Mac: one file each, which states who may open it, and a lock of the process that has it open. */
import { existsSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { by, folder, isAlive, readState } from "./state.mjs";

const MOST_DEVICES = 256;

const pathOf = (number) => join(folder, "dev", `bpf${number}`);

/** Opens the first free device; returns libpcap's error message, or null. Closes it at exit. */
export function openDevice() {
  by("exclusive");
  const { isRoot } = readState();
  for (let number = 0; number < MOST_DEVICES; number++) {
    if (!existsSync(pathOf(number))) break;
    const isFor = readFileSync(pathOf(number), "utf8");
    if (!isRoot && isFor !== "group") {
      return `You don't have permission to capture on that device\n((cannot open BPF device) ${`/dev/bpf${number}`}: Permission denied)`;
    }
    const isOurs = lock(number);
    // The owner may be about to do this: the kernel creates the next one at the same moment.
    if (number + 1 < MOST_DEVICES && !existsSync(pathOf(number + 1))) {
      by("on-demand");
      writeFileSync(pathOf(number + 1), "root");
    }
    if (isOurs) return null;
  }
  return "(all BPF devices are busy)";
}

function lock(number) {
  const path = `${pathOf(number)}.lock`;
  if (isLeftOver(path)) unlinkSync(path);
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
  } catch {
    return false;
  }
  process.on("exit", () => unlinkSync(path));
  return true;
}

/** A lock whose process was killed. An incomplete lock has an owner. */
function isLeftOver(path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}
