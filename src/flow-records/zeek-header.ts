/**
 * The lines of Zeek's TSV that begin with # ("Zeek Log Formats", docs.zeek.org): how values are told apart, what stands for none,
 * and which fields there are. A log may have several heads, one after the other, where files were joined.
 */
import type { FieldOf } from "./log-row.ts";

const DEFAULT_SEPARATOR = "\t";
/** A character that is written as `\x09`. */
const ESCAPED = /\\x([0-9a-f]{2})/gi;
/** Of which values are lists. */
const LIST_TYPE = /^(?:set|vector|table)\b/;
const MOST_FIELDS = 1024;

export class ZeekHeader {
  /** The log's name (`#path`), or null so far. */
  path: string | null = null;
  #separator = DEFAULT_SEPARATOR;
  #setSeparator = ",";
  #empty = "(empty)";
  #unset = "-";
  #fields = new Map<string, number>();
  /** Values of a line: a name may stand there twice. */
  #count = 0;
  #types: readonly string[] = [];

  /** A line that begins with #; others are none of its. */
  add(line: string): void {
    // The first one tells the separator, so that it cannot be separated by it.
    const separator = /^#separator\s+(.+)$/.exec(line);
    if (separator !== null) {
      this.#separator = withoutEscapes(separator[1]);
      return;
    }
    const [name, ...values] = line.split(this.#separator);
    const value = values[0] ?? "";
    if (name === "#set_separator") this.#setSeparator = withoutEscapes(value) || ",";
    else if (name === "#empty_field") this.#empty = value;
    else if (name === "#unset_field") this.#unset = value;
    else if (name === "#path") this.path = value;
    else if (name === "#types") this.#types = values;
    else if (name === "#fields") {
      this.#count = Math.min(values.length, MOST_FIELDS);
      this.#fields = new Map(values.slice(0, MOST_FIELDS).map((field, index) => [field, index]));
    }
  }

  /** The values of a line; text where it does not fit the fields. */
  read(line: string): FieldOf | string {
    if (this.#count === 0) return "comes before any #fields";
    const values = line.split(this.#separator);
    if (values.length !== this.#count) return `has ${values.length} values, not ${this.#count}`;
    return (name) => {
      const index = this.#fields.get(name);
      return index === undefined ? null : this.#valueOf(values[index], this.#types[index] ?? "");
    };
  }

  #valueOf(value: string, type: string): string | readonly string[] | null {
    if (value === this.#unset) return null;
    const isList = LIST_TYPE.test(type);
    if (value === this.#empty) return isList ? [] : "";
    return isList ? value.split(this.#setSeparator).map(withoutEscapes) : withoutEscapes(value);
  }
}

/** Text in which Zeek has written bytes as `\xc3`. */
function withoutEscapes(text: string): string {
  if (!text.includes("\\x")) return text;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const plain = bytes.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(plain, "latin1").toString("utf8");
}
