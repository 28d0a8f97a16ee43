/**
 * Reads JSON that may have been written or truncated by hand: every value is requested by type, and errors include its path -
 * `$.products[3].oneOf.bytes needs a whole number from 0 on, it is "12"`.
 */
import { InputError, type InputErrorCode } from "../../errors.ts";

/** Maximum number of characters of a wrong value that are quoted. */
const MAX_REPEATED = 40;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Describes the file for errors: the error code and the name that messages begin with. */
export interface JsonOrigin {
  readonly code: InputErrorCode;
  readonly name: string;
}

/** A value within a JSON file, with its path. Immutable. Every method throws `InputError` if the value does not fit. */
export class JsonCursor {
  readonly value: unknown;
  readonly path: string;
  readonly #origin: JsonOrigin;

  private constructor(value: unknown, path: string, origin: JsonOrigin) {
    this.value = value;
    this.path = path;
    this.#origin = origin;
  }

  /** Parses a whole text; a leading byte order mark is allowed. */
  static parse(text: string, origin: JsonOrigin): JsonCursor {
    try {
      return new JsonCursor(JSON.parse(text.replace(/^\ufeff/, "")), "$", origin);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InputError(
        origin.code,
        `${origin.name}: not JSON: ${reason}`,
        { source: origin.name },
        error,
      );
    }
  }

  /** Whether an object has the field; a `null` value counts as absent. */
  has(name: string): boolean {
    const object = this.#object();
    return Object.hasOwn(object, name) && object[name] !== null;
  }

  /** Returns a required field. */
  field(name: string): JsonCursor {
    const object = this.#object();
    if (!Object.hasOwn(object, name)) throw this.error(`has no "${name}"`);
    return this.#within(object[name], name);
  }

  /** Returns the result of `read` for a field, or null if the field is absent. */
  optional<T>(name: string, read: (field: JsonCursor) => T): T | null {
    return this.has(name) ? read(this.field(name)) : null;
  }

  /** Returns all fields by name, in file order. */
  fields(): (readonly [string, JsonCursor])[] {
    return Object.entries(this.#object()).map(([name, value]) => [name, this.#within(value, name)]);
  }

  /** Rejects fields with other names: a limit with a misspelled name would otherwise be ignored. */
  only(names: readonly string[]): void {
    for (const [name, field] of this.fields()) {
      if (!names.includes(name)) throw field.error(`is unknown here; known are ${names.join(", ")}`);
    }
  }

  list(): JsonCursor[] {
    if (!Array.isArray(this.value)) throw this.#needs("a list");
    return this.value.map((item, i) => new JsonCursor(item, `${this.path}[${i}]`, this.#origin));
  }

  /** Reads a number that is at least 0. */
  number(): number {
    const { value } = this;
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      throw this.#needs("a number of 0 or more");
    return value;
  }

  /** Reads a whole number that is at least 0. */
  count(): number {
    const { value } = this;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      throw this.#needs("a whole number from 0 on");
    return value;
  }

  text(): string {
    if (typeof this.value !== "string") throw this.#needs("a text");
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") throw this.#needs("true or false");
    return this.value;
  }

  /** Reads one of the given strings. */
  oneOf<T extends string>(texts: readonly T[]): T {
    const found = texts.find((text) => text === this.value);
    if (found === undefined) throw this.#needs(`one of ${texts.map((text) => `"${text}"`).join(", ")}`);
    return found;
  }

  /** Creates an error at this position; `problem` continues the path. */
  error(problem: string): InputError {
    const { code, name } = this.#origin;
    return new InputError(code, `${name}: ${this.path} ${problem}`, { source: name });
  }

  #needs(kind: string): InputError {
    return this.error(`needs ${kind}, it is ${describe(this.value)}`);
  }

  #object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) {
      throw this.#needs("an object");
    }
    return this.value as Readonly<Record<string, unknown>>;
  }

  #within(value: unknown, name: string): JsonCursor {
    return new JsonCursor(value, this.path + jsonStep(name), this.#origin);
  }
}

/** Objects and lists are not quoted: they may be nested too deeply to serialize. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > MAX_REPEATED ? `${json.slice(0, MAX_REPEATED)}...` : json;
}

/** Formats a field as part of a path: `.bytes`, `["Push notifications"]`. */
export function jsonStep(name: string): string {
  return PLAIN_KEY.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
