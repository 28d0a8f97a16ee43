/** The documented limits are those of the source. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const ROW = /^\| ([^|]+) \| ([\d,]+) \| [^|]+ \| `(\w+)` in \[[^\]]+\]\(\.\.\/(src\/[\w./-]+)\) \|$/gm;

const rows = [...readFileSync("docs/limits.md", "utf8").matchAll(ROW)].map(([, what, most, name, file]) => ({
  what,
  most: Number(most.replaceAll(",", "")),
  name,
  file,
}));

/** Evaluates a constant, or a field of one, in the source: a product, power or shift of numbers. */
function limitOf(name: string, file: string): number {
  const source = readFileSync(file, "utf8");
  const [, text] =
    new RegExp(`\\b${name}(?: =|:) ([\\d_a-fx]+(?: (?:\\*\\*|\\*|<<) [\\d_]+)*)[;,\\s}]`).exec(source) ?? [];
  if (text === undefined) throw new Error(`${file} has no ${name}`);
  const [first, ...rest] = text.replaceAll("_", "").split(" ");
  let value = Number(first);
  for (let i = 0; i < rest.length; i += 2) {
    const operand = Number(rest[i + 1]);
    // The only product with a power: 64 * 2 ** 20.
    if (rest[i] === "*" && rest[i + 2] === "**") return value * operand ** Number(rest[i + 3]);
    if (rest[i] === "<<") value *= 2 ** operand;
    else value = rest[i] === "**" ? value ** operand : value * operand;
  }
  return value;
}

describe("the limits in docs/limits.md", () => {
  it("are parsed from its table", () => {
    expect(rows.length).toBeGreaterThan(25);
  });

  it.each(rows)("have the values of the source code: $what: $most", ({ most, name, file }) => {
    expect(limitOf(name, file)).toBe(most);
  });
});
