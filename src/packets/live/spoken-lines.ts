/** The lines of what a program says, each cut at a length: who says it may be a machine of somebody else's. */

import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Characters of a line that are kept. */
const MOST_CHARACTERS = 4096;

/** Calls `onLine` for each line of a stream, without its end, and for what stands behind the last one. */
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
