/** Splits a program's messages into lines of limited length: the program may run on somebody else's machine. */

import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Maximum characters kept of a line. */
const MOST_CHARACTERS = 4096;

/** Calls `onLine` for each line of a stream, without its line break, and for the rest after the last one. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let begun = "";
  const take = (text: string) => {
    const [first, ...rest] = text.split("\n");
    begun += first.slice(0, MOST_CHARACTERS - begun.length);
    for (const next of rest) {
      onLine(begun.replace(/\r$/, ""));
      begun = next.slice(0, MOST_CHARACTERS);
    }
  };
  stream.on("data", (chunk: Buffer) => take(decoder.write(chunk)));
  stream.once("end", () => {
    take(decoder.end());
    if (begun !== "") onLine(begun);
  });
}
