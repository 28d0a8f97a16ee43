/**
 * From the text of a filter expression to words and symbols, and a reader over them that knows how to complain.
 *
 * A word is letters, digits and `_ . : -`, so that addresses and port ranges are one word each; `\tcp` is the word
 * `tcp` that is not a keyword, as in tcpdump. Case does not matter.
 */
import { InputError } from "../errors.ts";

/** Characters of an expression: enough for a few thousand addresses in a file, too few to fill memory. */
export const MAX_FILTER_LENGTH = 65_536;
/**
 * Words and symbols of an expression. It bounds how deep `a or b and c or d ...` nests (it does, to the left), and so
 * the stack that compiling and matching take.
 */
export const MAX_FILTER_TOKENS = 4_000;
/** Longer expressions are not shown again under an error message. */
const MAX_SHOWN_LENGTH = 100;

export interface Token {
  readonly kind: "word" | "symbol" | "end";
  /** In lower case. Of a symbol: its one spelling, `&&`, `||`, `!`, `=` where there are two. */
  readonly text: string;
  /** Preceded by a backslash. */
  readonly isEscaped: boolean;
  /** First and last column of it in the expression, from 0; the last one is not part of it. */
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:(\\?)([\w.:-]+)|(&&|\|\||[<>=!]=|[()[\]!=<>&|/]))/y;
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
  ["==", "="],
]);
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Reads the tokens of one expression, in order. */
export class TokenReader {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  /** @throws InputError `bad_filter` for a character that has no place in any expression. */
  constructor(expression: string) {
    this.#expression = expression;
    if (expression.length > MAX_FILTER_LENGTH) {
      throw new InputError(
        "bad_filter",
        `the filter has ${expression.length} characters, the limit is ${MAX_FILTER_LENGTH}`,
      );
    }
    this.#tokens = this.#tokenize();
  }

  /** The token `ahead` of the next one, which stays where it is. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
  }

  /** The next token, which is then past. The end is never past. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Whether the token `ahead` is that symbol, or that word without a backslash. */
  isAt(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && token.kind !== "end" && !token.isEscaped;
  }

  /** Takes the next token if it is that symbol or word. */
  takeIf(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#index++;
    return true;
  }

  /** Takes the next token, which has to be that symbol or word. */
  expect(text: string, description: string): void {
    if (!this.takeIf(text)) throw this.expected(description);
  }

  /** The position, for `rewind()`. */
  get position(): number {
    return this.#index;
  }

  rewind(position: number): void {
    this.#index = position;
  }

  /** The error for a token that is something else than `what`. */
  expected(what: string, token = this.peek()): InputError {
    return this.error(`expected ${what}, found ${this.quote(token)}`, token);
  }

  /** An error that stands at `token`, with the expression and a caret under it where that is of use. */
  error(problem: string, token = this.peek()): InputError {
    return this.#errorAt(token.start, problem);
  }

  /** A token as it was written, in quotes. */
  quote(token: Token): string {
    if (token.kind === "end") return "the end";
    return JSON.stringify(this.#expression.slice(token.start, token.end));
  }

  #tokenize(): readonly Token[] {
    const expression = this.#expression;
    const tokens: Token[] = [];
    const length = expression.trimEnd().length;
    for (let start = 0; start < length; ) {
      TOKEN.lastIndex = start;
      const match = TOKEN.exec(expression);
      if (match === null) throw this.#strangeCharacter(start);
      const [all, backslash, word, symbol] = match;
      const end = start + all.length;
      const isEscaped = backslash === "\\";
      const written = (word ?? symbol).toLowerCase();
      const text = isEscaped ? written : (SPELLINGS.get(written) ?? written);
      const kind = word === undefined || text !== written ? "symbol" : "word";
      tokens.push({ kind, text, isEscaped, start: end - written.length - (isEscaped ? 1 : 0), end });
      if (tokens.length > MAX_FILTER_TOKENS) {
        throw this.#errorAt(start, `the filter has more than ${MAX_FILTER_TOKENS} words and symbols`);
      }
      start = end;
    }
    tokens.push({ kind: "end", text: "", isEscaped: false, start: length, end: length });
    return tokens;
  }

  #strangeCharacter(start: number): InputError {
    const rest = this.#expression.slice(start);
    const column = start + rest.length - rest.trimStart().length;
    const code = this.#expression.codePointAt(column) ?? 0;
    const character = String.fromCodePoint(code);
    const name = PRINTABLE.test(character)
      ? JSON.stringify(character)
      : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    return this.#errorAt(column, `${name} is not allowed in a filter`);
  }

  #errorAt(column: number, problem: string): InputError {
    const expression = this.#expression;
    const head = `filter, column ${column + 1}: ${problem}`;
    if (expression.length > MAX_SHOWN_LENGTH || !PRINTABLE.test(expression)) {
      return new InputError("bad_filter", head);
    }
    return new InputError("bad_filter", `${head}\n  ${expression}\n  ${" ".repeat(column)}^`);
  }
}
