import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { readLines } from "../../../src/packets/live/spoken-lines.ts";

async function linesOf(...pieces: readonly (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
  return lines;
}

describe("the messages of a program", () => {
  it("are read line by line, in any pieces", async () => {
    expect(await linesOf("one\ntw", "o\r\n\nlast")).toEqual(["one", "two", "", "last"]);
    const umlaut = Buffer.from("\u00e4\n");
    expect(await linesOf(umlaut.subarray(0, 1), umlaut.subarray(1))).toEqual(["\u00e4"]);
    expect(await linesOf("one\n")).toEqual(["one"]);
  });

  it("are cut at an overlong line, and read again after it", async () => {
    const long = "x".repeat(10_000);
    const lines = await linesOf(long, long, `${long}\nnext\n`);
    expect(lines.map(({ length }) => length)).toEqual([4096, 4]);
    expect(lines[1]).toBe("next");
  });
});
