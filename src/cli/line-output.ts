/**
 * Lines on standard output for a reader that may stop reading for a while, such as a pager: an unwritten line is
 * kept until the next line at most, and nothing else waits for it.
 */
import { fstatSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { descriptorOutput } from "./descriptor-output.ts";
import type { LineOutput } from "./live-outside.ts";

const STANDARD_OUTPUT = 1;
const RETRY_MS = 20;
const LONGEST_FINISH_MS = 1_000;

/** Standard output; files and terminals are written synchronously. */
export function standardLines(): LineOutput {
  const status = fstatSync(STANDARD_OUTPUT);
  if (status.isFIFO() || status.isSocket()) return pipeLines();
  const output = descriptorOutput(STANDARD_OUTPUT);
  return {
    write: (line) => (output.write(line) ? "taken" : "gone"),
    finish: async (last) => void output.write(last),
  };
}

function pipeLines(): LineOutput {
  // A Socket makes the pipe non-blocking; it is not written to, as it would queue what is not read.
  const opened = new Socket({ fd: STANDARD_OUTPUT, readable: false, writable: true }).unref();
  let waiting: Uint8Array = new Uint8Array(0);
  let isGone = false;
  const flush = () => {
    while (waiting.length > 0 && !isGone) {
      try {
        waiting = waiting.subarray(writeSync(STANDARD_OUTPUT, waiting));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") return;
        isGone = code === "EPIPE";
        if (!isGone) throw error;
      }
    }
  };
  const retry = () => {
    flush();
    if (waiting.length > 0 && !isGone) setTimeout(retry, RETRY_MS).unref();
  };
  return {
    write(line) {
      flush();
      if (isGone) return "gone";
      if (waiting.length > 0) return "busy";
      waiting = Buffer.from(line);
      retry();
      return isGone ? "gone" : "taken";
    },
    async finish(last) {
      waiting = Buffer.concat([waiting, Buffer.from(last)]);
      for (let waited = 0; waited < LONGEST_FINISH_MS; waited += RETRY_MS) {
        flush();
        if (waiting.length === 0 || isGone) break;
        await pause(RETRY_MS);
      }
      opened.destroy();
    },
  };
}
