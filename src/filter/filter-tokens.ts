/**
 * Tokenizes a filter expression and provides a reader over the tokens that reports syntax errors.
 *
 * A word consists of letters, digits and `_ . : -`, so that addresses and port ranges are one word each; `\tcp` is the
 * word `tcp` that is not a keyword, as in tcpdump. Case does not matter.
 */
import { InputError } from "../errors.ts";

/** Maximum characters of an expression: enough for a few thousand addresses in a file, too few to exhaust memory. */
export const MAX_FILTER_LENGTH = 65_536;
/**
 * Maximum tokens of an expression. Bounds how deep `a or b and c or d ...` nests (to the left), and so the stack that
 * compiling and matching need.
 */
export const MAX_FILTER_TOKENS = 4_000;
/** Longer expressions are not repeated under an error message. */
const MAX_SHOWN_LENGTH = 100;

export interface Token {
  readonly kind: "word" | "symbol" | "end";
  /** In lower case. For a symbol with two spellings, the normalized one: `&&`, `||`, `!`, `=`. */
  readonly text: string;
  /** Preceded by a backslash. */
  readonly isEscaped: boolean;
  /** First and last column in the expression, from 0; the last one is exclusive. */
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

  /** Returns the token `ahead` positions after the next one without consuming it. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
  }

  /** Consumes and returns the next token. The end token is never consumed. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Whether the token `ahead` positions after the next one is that symbol, or that word without a backslash. */
  isAt(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && token.kind !== "end" && !token.isEscaped;
  }

  /** Consumes the next token if it is that symbol or word. */
  takeIf(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#index++;
    return true;
  }

  /** Consumes the next token, which must be that symbol or word. */
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

  /** Returns the error for a token that is not `what`. */
  expected(what: string, token = this.peek()): InputError {
    return this.error(`expected ${what}, found ${this.quote(token)}`, token);
  }

  /** Returns an error at `token`, with the expression and a caret under it where that helps. */
  error(problem: string, token = this.peek()): InputError {
    return this.#errorAt(token.start, problem);
  }

  /** Returns a token as it was written, in quotes. */
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
