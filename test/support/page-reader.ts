/** Reads pages as a program would: their validity, their tags, and the exact numbers of their tables. */
import { createHash } from "node:crypto";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(
  new StaticConfigLoader({ root: true, extends: ["html-validate:recommended"] }),
);

/** Returns the faults of a page; empty if it is valid. */
export async function faultsOf(page: string): Promise<string[]> {
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`),
  );
}

/** A table row: its header, and its cells as numbers if they have one, otherwise as text. */
export interface PageRow {
  readonly header: string;
  readonly cells: readonly (number | string)[];
}

/** A table with its columns. */
export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly PageRow[];
}

/** Returns the tables of a page by caption. */
export function tablesOf(page: string): ReadonlyMap<string, PageTable> {
  const tables = [...page.matchAll(/<table[^>]*>\n<caption[^>]*>(.*?)<\/caption>(.*?)<\/table>/gs)];
  return new Map(
    tables.map(([, caption, body]) => {
      const [head, ...lines] = [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => row);
      const columns = [...head.matchAll(/<th[^>]*>(.*?)<\/th>/gs)].map(([, text]) => textOf(text));
      return [textOf(caption), { columns, rows: lines.map(rowOf) }];
    }),
  );
}

/** Every tag that a page opens, with its attributes, as `name attribute attribute`; each once, sorted. */
export function tagsOf(page: string): readonly string[] {
  const body = page.replace(/<style>.*?<\/style>/s, "<style></style>");
  const tags = [...body.matchAll(/<([a-z][^\s>/]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  const described = tags.map(([, name, attributes]) =>
    [name, ...[...attributes.matchAll(/\s+([^\s=>]+)(?:="[^"]*")?/g)].map(([, key]) => key)].join(" "),
  );
  // Anything else that begins like a tag is unexpected.
  const begun = [...body.matchAll(/<[^/]/g)].length;
  return [
    ...new Set(described),
    ...(begun === tags.length + 1 ? [] : [`${begun - tags.length - 1} odd tags`]),
  ].sort();
}

/** Returns whether the policy of a page allows its own stylesheet and nothing else. */
export function policyOf(page: string): { readonly policy: string; readonly hash: string } {
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  return {
    policy: policy.replaceAll("&#39;", "'"),
    hash: createHash("sha256").update(style).digest("base64"),
  };
}

function rowOf(row: string): PageRow {
  const [, header = ""] = /<th[^>]*>(.*?)<\/th>/s.exec(row) ?? [];
  const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => {
    const [, value] = /<data value="([^"]*)">/.exec(cell) ?? [];
    return value === undefined ? textOf(cell) : Number(value);
  });
  return { header: textOf(header), cells };
}

const REFERENCES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

function textOf(markup: string): string {
  const text = markup.replace(/<span class="detail">.*?<\/span>/gs, "").replace(/<[^>]*>/g, "");
  return text.replace(/&([a-z#0-9]+);/g, (_, name) => REFERENCES[name] ?? "?");
}
