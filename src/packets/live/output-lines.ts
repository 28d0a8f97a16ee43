/** Splits a program's messages into lines of limited length: the program may run on somebody else's machine. */

import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Maximum characters kept of a line. */
const MAX_CHARACTERS = 4096;

/** Calls `onLine` for each line of a stream, without its line break, and for the rest after the last one. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let partial = "";
  const add = (text: string) => {
    const [first, ...rest] = text.split("\n");
    partial += first.slice(0, MAX_CHARACTERS - partial.length);
    for (const next of rest) {
      onLine(partial.replace(/\r$/, ""));
      partial = next.slice(0, MAX_CHARACTERS);
    }
  };
  stream.on("data", (chunk: Buffer) => add(decoder.write(chunk)));
  stream.once("end", () => {
    add(decoder.end());
    if (partial !== "") onLine(partial);
  });
}
