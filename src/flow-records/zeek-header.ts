/**
 * Parses Zeek's TSV lines that begin with # ("Zeek Log Formats", docs.zeek.org): separators, placeholders for missing
 * values, and the fields. A log may contain several headers, where files were concatenated.
 */
import type { FieldOf } from "./log-row.ts";

const DEFAULT_SEPARATOR = "\t";
/** A character written as `\x09`. */
const ESCAPED = /\\x([0-9a-f]{2})/gi;
/** Types whose values are lists. */
const LIST_TYPE = /^(?:set|vector|table)\b/;
const MAX_FIELDS = 1024;

export class ZeekHeader {
  /** The log's name (`#path`), or null so far. */
  path: string | null = null;
  #separator = DEFAULT_SEPARATOR;
  #setSeparator = ",";
  #empty = "(empty)";
  #unset = "-";
  #fields = new Map<string, number>();
  /** Values per line; a field name may occur twice. */
  #count = 0;
  #types: readonly string[] = [];

  /** Reads a line that begins with #; ignores unknown ones. */
  add(line: string): void {
    // The first line defines the separator, so it cannot be split by it.
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
      this.#count = Math.min(values.length, MAX_FIELDS);
      this.#fields = new Map(values.slice(0, MAX_FIELDS).map((field, index) => [field, index]));
    }
  }

  /** Returns the values of a line, or a text that says why it does not fit the fields. */
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

/** Decodes bytes that Zeek has written as `\xc3`. */
function withoutEscapes(text: string): string {
  if (!text.includes("\\x")) return text;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const plain = bytes.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(plain, "latin1").toString("utf8");
}
