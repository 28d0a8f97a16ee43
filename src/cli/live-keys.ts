/** What a terminal in raw mode sends, as keys. */

/** A key that was pressed; `text` for those that write something. */
export type Key =
  | { readonly name: "text"; readonly text: string }
  | {
      readonly name:
        | "up"
        | "down"
        | "page-up"
        | "page-down"
        | "home"
        | "end"
        | "enter"
        | "escape"
        | "backspace"
        | "interrupt";
    };

/** By what stands behind ESC (ECMA-48; xterm's cursor and application modes, VT220's editing keys). */
const SEQUENCES: Readonly<Record<string, Exclude<Key["name"], "text">>> = {
  "[A": "up",
  OA: "up",
  "[B": "down",
  OB: "down",
  "[5~": "page-up",
  "[6~": "page-down",
  "[H": "home",
  OH: "home",
  "[1~": "home",
  "[F": "end",
  OF: "end",
  "[4~": "end",
};
const CONTROLS: Readonly<Record<string, Exclude<Key["name"], "text">>> = {
  "\r": "enter",
  "\n": "enter",
  "\x03": "interrupt",
  "\x7f": "backspace",
  "\b": "backspace",
};

const SEQUENCE = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/;

/**
 * The keys of a piece of input. A terminal writes the sequence of a key at once, so an ESC with nothing behind it is
 * the key. Keys that mean nothing here are left out.
 */
export function readKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (let rest = input; rest !== ""; ) {
    if (rest[0] === "\x1b") {
      const sequence = SEQUENCE.exec(rest.slice(1))?.[0] ?? "";
      const name = sequence === "" ? "escape" : SEQUENCES[sequence];
      if (name !== undefined) keys.push({ name });
      rest = rest.slice(1 + sequence.length);
      continue;
    }
    const [character] = rest;
    const name = CONTROLS[character];
    if (name !== undefined) keys.push({ name });
    else if (character >= " ") keys.push({ name: "text", text: character });
    rest = rest.slice(character.length);
  }
  return keys;
}
