/** What a terminal in raw mode sends, as keys; `node:readline` puts together what belongs to one key. */
import { emitKeypressEvents, type Interface, type Key as Keypress } from "node:readline";

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

/** By readline's names. */
const NAMES: Readonly<Record<string, Exclude<Key["name"], "text">>> = {
  up: "up",
  down: "down",
  pageup: "page-up",
  pagedown: "page-down",
  home: "home",
  end: "end",
  return: "enter",
  enter: "enter",
  backspace: "backspace",
};

const ESCAPE = "\x1b";
const INTERRUPT = "\x03";
/** What stands behind ESC in the sequences of cursor and editing keys (CSI and SS3 of ECMA-48). */
const SEQUENCE = /^[[O]./;

/**
 * Milliseconds that an ESC waits for the rest of a sequence, which a slow line brings in a second read. After them it is the
 * key. readline's own 500 would be felt.
 */
export const ESCAPE_WAIT_MS = 100;

/**
 * Calls `onKey` for every key that `input` brings; the result ends that. Keys that mean nothing here are left out.
 *
 * @param input in raw mode, where it is a terminal
 */
export function listenForKeys(input: NodeJS.ReadableStream, onKey: (key: Key) => void): () => void {
  // The time to wait is the only thing that is read of the interface; a whole one would edit lines, and echo them.
  emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_WAIT_MS } as Partial<Interface> as Interface);
  const onKeypress = (_: string | undefined, keypress: Keypress) => {
    for (const key of keysOf(keypress)) onKey(key);
  };
  input.on("keypress", onKeypress);
  return () => input.off("keypress", onKeypress);
}

function keysOf({ name = "", ctrl, meta, shift, sequence = "" }: Keypress): Key[] {
  if (name === "escape") return Array.from(sequence, () => ({ name }));
  if (sequence.startsWith(ESCAPE) && !SEQUENCE.test(sequence.slice(1))) {
    // Escape and another key, one after the other; readline takes them for that key with Alt.
    return [{ name: "escape" }, ...keysOf({ name, sequence: sequence.slice(1) })];
  }
  if (sequence === INTERRUPT) return [{ name: "interrupt" }];
  const known = NAMES[name];
  if (known !== undefined) return ctrl || meta || shift ? [] : [{ name: known }];
  return sequence >= " " ? [{ name: "text", text: sequence }] : [];
}
