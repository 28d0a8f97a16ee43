import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ESCAPE_WAIT_MS, listenForKeys } from "../../src/cli/screen/live-keys.ts";
import { ScreenWriter } from "../../src/cli/screen/screen-writer.ts";
import { TerminalScreen } from "./terminal-screen.ts";

/** Returns the keys decoded from these reads. */
async function keysOf(...reads: readonly string[]): Promise<string[]> {
  const keyboard = new PassThrough();
  const keys: string[] = [];
  const stop = listenForKeys(keyboard, (key) => keys.push(key.name === "text" ? key.text : key.name));
  for (const read of reads) keyboard.write(read);
  if (reads.at(-1)?.endsWith("\x1b")) await pause(ESCAPE_WAIT_MS + 10);
  stop();
  return keys;
}

describe("listenForKeys", () => {
  it.each([
    ["\x1b[A\x1b[B", ["up", "down"]],
    ["\x1bOA\x1bOB", ["up", "down"]],
    ["\x1b[5~\x1b[6~\x1b[1~\x1b[4~\x1b[H\x1bOF", ["page-up", "page-down", "home", "end", "home", "end"]],
    ["\x1b", ["escape"]],
    ["\x1b\x1b", ["escape", "escape"]],
    ["\x1b\x1b[A", ["escape", "up"]],
    ["\x1bq\x1b\r", ["escape", "q", "escape", "enter"]],
    ["q\x1b", ["q", "escape"]],
    ["\r\n\x03\x7f\b", ["enter", "enter", "interrupt", "backspace", "backspace"]],
    ["aé漢😀 /S", ["a", "é", "漢", "😀", " ", "/", "S"]],
    // Keys without a function: F5, Ctrl-Right, Ctrl-Up, Alt-Up, Delete, Ctrl-A.
    ["\x1b[15~\x1b[1;5C\x1b[1;5A\x1b[1;3A\x1b[3~\x01", []],
    ["", []],
  ])("reads %j", async (input, expected) => {
    expect(await keysOf(input)).toEqual(expected);
  });

  it.each([
    [["\x1b", "[A"], ["up"]],
    [["\x1b[", "A"], ["up"]],
    [
      ["\x1b[5", "~q"],
      ["page-up", "q"],
    ],
    [["\x1bO", "A"], ["up"]],
  ])("joins what arrived in the reads %j", async (reads, expected) => {
    expect(await keysOf(...reads)).toEqual(expected);
  });

  it("reports an Escape key pressed before the first read", async () => {
    const keyboard = new PassThrough();
    const begin = performance.now();
    const waited = new Promise<number>((resolve) => {
      listenForKeys(keyboard, () => resolve(performance.now() - begin));
    });
    keyboard.write("\x1b");
    // readline would wait half a second.
    expect(await waited).toBeLessThan(400);
  });
});

/** A terminal of 10 x 3 with a screen writer. */
function writerOn(): { writer: ScreenWriter; screen: TerminalScreen; written: () => string } {
  const screen = new TerminalScreen(10, 3);
  let last = "";
  const write = (text: string) => {
    last = text;
    screen.write(text);
    return true;
  };
  return { writer: new ScreenWriter({ write, isTTY: true, columns: 10 }), screen, written: () => last };
}

describe("ScreenWriter", () => {
  it("enters the alternate screen, and leaves it once", () => {
    const { writer, screen, written } = writerOn();
    writer.open();
    expect([screen.isAlternate, screen.isCursorShown, screen.isWrapping]).toEqual([true, false, false]);
    writer.close();
    expect([screen.isAlternate, screen.isCursorShown, screen.isWrapping]).toEqual([false, true, true]);
    const text = written();
    screen.isAlternate = true;
    writer.close();
    expect([screen.isAlternate, written()]).toEqual([true, text]);
  });

  it("redraws only changed lines, up to their last column", () => {
    const { writer, screen, written } = writerOn();
    writer.open();
    writer.draw(["0123456789", "second", ""], 10);
    expect(screen.lines).toEqual(["0123456789", "second", ""]);
    writer.draw(["0123456789", "2nd", "third"], 10);
    expect(screen.lines).toEqual(["0123456789", "2nd", "third"]);
    expect(written()).not.toContain("0123");
    const text = written();
    expect(writer.draw(["0123456789", "2nd", "third"], 10)).toBe(true);
    expect(written()).toBe(text);
  });

  it("redraws everything after a resize", () => {
    const { writer, written } = writerOn();
    writer.open();
    writer.draw(["a", "b", "c"], 10);
    writer.draw(["a", "b", "c"], 9);
    expect(written()).toMatch(/a.*b.*c/s);
    writer.draw(["a", "b"], 9);
    expect(written()).toMatch(/a.*b/s);
  });

  it("reports that the terminal is gone", () => {
    const writer = new ScreenWriter({ write: () => false, isTTY: true, columns: 10 });
    expect(writer.draw(["a"], 10)).toBe(false);
  });
});
