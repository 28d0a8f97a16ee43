/** Reads pages as a program would: whether they are valid, which tags they have, and the exact numbers of their tables. */
import { createHash } from "node:crypto";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(
  new StaticConfigLoader({ root: true, extends: ["html-validate:recommended"] }),
);

/** What is wrong with a page; empty: nothing. */
export async function faultsOf(page: string): Promise<string[]> {
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`),
  );
}

/** A row of a table: its header, and its cells as numbers where they have one, as text where not. */
export interface PageRow {
  readonly header: string;
  readonly cells: readonly (number | string)[];
}

/** A table by its columns. */
export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly PageRow[];
}

/** The tables of a page by caption. */
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
  // Whatever else begins like a tag is one that nobody expects.
  const begun = [...body.matchAll(/<[^/]/g)].length;
  return [
    ...new Set(described),
    ...(begun === tags.length + 1 ? [] : [`${begun - tags.length - 1} odd tags`]),
  ].sort();
}

/** Whether the policy of a page lets its own stylesheet through and nothing else. */
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
