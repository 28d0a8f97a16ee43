import { describe, expect, it } from "vitest";
import { readKeys } from "../../src/cli/live-keys.ts";
import { ScreenWriter } from "../../src/cli/screen-writer.ts";
import { TerminalScreen } from "./terminal-screen.ts";

const namesOf = (input: string) => readKeys(input).map((key) => (key.name === "text" ? key.text : key.name));

describe("readKeys", () => {
  it.each([
    ["\x1b[A\x1b[B", ["up", "down"]],
    ["\x1bOA\x1bOB", ["up", "down"]],
    ["\x1b[5~\x1b[6~\x1b[1~\x1b[4~\x1b[H\x1bOF", ["page-up", "page-down", "home", "end", "home", "end"]],
    ["\x1b", ["escape"]],
    ["\x1b\x1b[A", ["escape", "up"]],
    ["q\x1b", ["q", "escape"]],
    ["\r\n\x03\x7f\b", ["enter", "enter", "interrupt", "backspace", "backspace"]],
    ["aé漢😀", ["a", "é", "漢", "😀"]],
    // Keys without a meaning here: F5, Ctrl-Right, Delete, Ctrl-A, a mouse.
    ["\x1b[15~\x1b[1;5C\x1b[3~\x01\x1b[<0;3;4M", []],
    ["", []],
  ])("reads %j", (input, expected) => {
    expect(namesOf(input)).toEqual(expected);
  });
});

/** A terminal of 10 x 3 with the writer on it. */
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
  it("takes the terminal over, and gives it back once", () => {
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

  it("writes the lines that have changed, to their last column", () => {
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

  it("writes all of it when the size has changed", () => {
    const { writer, written } = writerOn();
    writer.open();
    writer.draw(["a", "b", "c"], 10);
    writer.draw(["a", "b", "c"], 9);
    expect(written()).toMatch(/a.*b.*c/s);
    writer.draw(["a", "b"], 9);
    expect(written()).toMatch(/a.*b/s);
  });

  it("says when there is no terminal any more", () => {
    const writer = new ScreenWriter({ write: () => false, isTTY: true, columns: 10 });
    expect(writer.draw(["a"], 10)).toBe(false);
  });
});
