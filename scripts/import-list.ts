/**
 * Turns the text of Apple's page "TCP and UDP ports used by Apple software products" into `data/apple-ports.tsv`, so that no
 * cell of the list is ever retyped.
 *
 *   npm run import-list -- PAGE.txt            writes the file
 *   npm run import-list -- PAGE.txt --check    only checks that the file matches the page; status 1 if it does not
 *
 * The text is the page as copied from a browser: the table has six tab-separated cells per line. Three rows are broken over
 * two lines with a blank line in between, so neither a line end nor a blank line ends a row; instead, a line whose first cell
 * is empty continues the last numbered row, cell by cell.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const COLUMNS = 6;
const NUMBERED = /^\d[\d\s,–-]*$/;

/** Returns the numbered rows of the page text, six trimmed cells each, verbatim except for joined continuation lines. */
export function parsePage(text: string): string[][] {
  const lines = text.split(/\r?\n/);
  // Newer copies of the page name the columns "Port, Type, Service, RFC, Service name, Used by".
  const header = lines.findIndex((line) => /^Port\t(TCP or UDP|Type)\t/.test(line));
  if (header === -1)
    throw new Error('the text has no table: no line begins with "Port", a tab and "TCP or UDP"');
  const rows: string[][] = [];
  for (let index = header + 1; index < lines.length; index++) {
    const line = lines[index];
    if (line.trim() === "") continue;
    const cells = line.split("\t").map((cell) => cell.trim());
    if (/^-+$/.test(cells[0])) break; // the rule that closes the table
    if (cells.length !== COLUMNS) {
      if (cells.length === 1) break; // the footnotes, in a copy without the rule
      throw new Error(`line ${index + 1} has ${cells.length} cells, a row of the table has ${COLUMNS}`);
    }
    if (NUMBERED.test(cells[0])) {
      rows.push(cells);
    } else if (cells[0] === "" && rows.length > 0) {
      const row = rows[rows.length - 1];
      for (const [column, cell] of cells.entries()) {
        if (cell !== "") row[column] = row[column] === "" ? cell : `${row[column]} ${cell}`;
      }
    } else {
      throw new Error(`line ${index + 1} neither begins with a port nor continues a row: "${cells[0]}"`);
    }
  }
  return rows;
}

/** Returns the text of `data/apple-ports.tsv` for these rows. */
function formatList(rows: readonly (readonly string[])[], published: string): string {
  return [
    '# "TCP and UDP ports used by Apple software products", Apple support page HT202944 (now 103229)',
    `# Published Date: ${published}`,
    "# Written by scripts/import-list.ts from the text of that page: cells verbatim, mistakes included.",
    "# Do not edit. What a cell means stands in repairs.tsv and used-by.tsv. U+2014 is Apple's; empty is empty.",
    "port\ttransport\tprotocol_name\trfc\tservice_name\tused_by",
    ...rows.map((row) => row.join("\t")),
    "",
  ].join("\n");
}

/** Converts the text of the page to that of the data file. */
export function importList(text: string): string {
  const published = /^Published Date: (.+)$/m.exec(text)?.[1].trim() ?? "unknown";
  return formatList(parsePage(text), published);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { check: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (positionals.length !== 1) {
    console.error("usage: npm run import-list -- PAGE.txt [--check]");
    process.exit(1);
  }
  const target = new URL("../data/apple-ports.tsv", import.meta.url);
  const output = importList(readFileSync(positionals[0], "utf8"));
  const rows = output.split("\n").filter((line) => /^\d/.test(line)).length;
  if (!values.check) {
    writeFileSync(target, output);
    console.log(`${rows} rows written`);
  } else {
    const isSame = readFileSync(target, "utf8") === output;
    console.log(`data/apple-ports.tsv ${isSame ? "is" : "is not"} what the page gives (${rows} rows)`);
    process.exitCode = isSame ? 0 : 1;
  }
}
