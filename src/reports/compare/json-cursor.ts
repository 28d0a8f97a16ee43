/**
 * Reads JSON that somebody may have written or cut by hand: every value is asked for by its kind, and what is wrong is
 * said with its path - `$.products[3].oneOf.bytes needs a whole number from 0 on, it is "12"`.
 */
import { InputError, type InputErrorCode } from "../../errors.ts";

/** Characters of a wrong value that are repeated. */
const MOST_REPEATED = 40;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Which file is read, for errors: their code and the name that they begin with. */
export interface JsonOrigin {
  readonly code: InputErrorCode;
  readonly name: string;
}

/** A value within a JSON file, and the way there. Immutable. Every method throws `InputError` where the value does not fit. */
export class JsonCursor {
  readonly value: unknown;
  readonly path: string;
  readonly #origin: JsonOrigin;

  private constructor(value: unknown, path: string, origin: JsonOrigin) {
    this.value = value;
    this.path = path;
    this.#origin = origin;
  }

  /** The whole of a text; a byte order mark before it is allowed. */
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

  /** Whether an object has the field; `null` is not having it. */
  has(name: string): boolean {
    const object = this.#object();
    return Object.hasOwn(object, name) && object[name] !== null;
  }

  /** A field that has to be there. */
  field(name: string): JsonCursor {
    const object = this.#object();
    if (!Object.hasOwn(object, name)) throw this.error(`has no "${name}"`);
    return this.#within(object[name], name);
  }

  /** What `read` makes of a field, or null where it is not there. */
  optional<T>(name: string, read: (field: JsonCursor) => T): T | null {
    return this.has(name) ? read(this.field(name)) : null;
  }

  /** All fields by name, in the order of the file. */
  fields(): (readonly [string, JsonCursor])[] {
    return Object.entries(this.#object()).map(([name, value]) => [name, this.#within(value, name)]);
  }

  /** Refuses fields beyond those named: a limit with a slip of the pen in its name would hold of everything. */
  only(names: readonly string[]): void {
    for (const [name, field] of this.fields()) {
      if (!names.includes(name)) throw field.error(`is unknown here; known are ${names.join(", ")}`);
    }
  }

  list(): JsonCursor[] {
    if (!Array.isArray(this.value)) throw this.#needs("a list");
    return this.value.map((item, i) => new JsonCursor(item, `${this.path}[${i}]`, this.#origin));
  }

  /** A number from 0 on. */
  number(): number {
    const { value } = this;
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      throw this.#needs("a number of 0 or more");
    return value;
  }

  /** A whole number from 0 on. */
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

  /** One of these texts. */
  oneOf<T extends string>(texts: readonly T[]): T {
    const found = texts.find((text) => text === this.value);
    if (found === undefined) throw this.#needs(`one of ${texts.map((text) => `"${text}"`).join(", ")}`);
    return found;
  }

  /** An error at this place: `problem` follows on its path. */
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

/** Objects and lists are not shown: they may be deeper than can be written. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > MOST_REPEATED ? `${json.slice(0, MOST_REPEATED)}...` : json;
}

/** A field in a path: `.bytes`, `["Push notifications"]`. */
export function jsonStep(name: string): string {
  return PLAIN_KEY.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
