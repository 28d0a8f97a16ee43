/** Input of a terminal in raw mode as keys; `node:readline` assembles the sequences. */
import { emitKeypressEvents, type Interface, type Key as Keypress } from "node:readline";

/** A pressed key; `text` for those that produce text. */
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
/** The part after ESC in the sequences of cursor and editing keys (CSI and SS3 of ECMA-48). */
const SEQUENCE = /^[[O]./;

/**
 * Milliseconds that an ESC waits for the rest of a sequence, which a slow line delivers in a second read; after that it is
 * the key. readline's own 500 would be noticeable.
 */
export const ESCAPE_WAIT_MS = 100;

/**
 * Calls `onKey` for every key from `input`; calling the result stops that. Keys without a meaning here are dropped.
 *
 * @param input in raw mode, if it is a terminal
 */
export function listenForKeys(input: NodeJS.ReadableStream, onKey: (key: Key) => void): () => void {
  // Only the time to wait is read from the interface; a complete one would edit lines and echo them.
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
    // Escape and another key in sequence; readline reports them as that key with Alt.
    return [{ name: "escape" }, ...keysOf({ name, sequence: sequence.slice(1) })];
  }
  if (sequence === INTERRUPT) return [{ name: "interrupt" }];
  const known = NAMES[name];
  if (known !== undefined) return ctrl || meta || shift ? [] : [{ name: known }];
  return sequence >= " " ? [{ name: "text", text: sequence }] : [];
}
