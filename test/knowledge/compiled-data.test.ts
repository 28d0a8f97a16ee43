/** Knowledge loaded from compiled data equals that of the data files. */
import { describe, expect, it } from "vitest";
import { compiledLine } from "../../src/knowledge/compiled-data.ts";
import {
  compiledRows,
  compileRows,
  type EvidenceRows,
  productsOf,
} from "../../src/knowledge/evidence/evidence-rows.ts";
import { loadEvidence } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { type CompiledList, compileList, reviveList } from "../../src/knowledge/port-list/compiled-list.ts";
import { loadServices } from "../../src/knowledge/port-list/load-service-table.ts";

const { table } = loadServices();
const { rows } = loadEvidence(table);
const revived = reviveList(throughText(compileList(table)) as CompiledList);

function throughText(value: unknown): unknown {
  const line = compiledLine("any", value);
  expect(line).toMatch(/^[\x20-\x7e]*$/);
  return (JSON.parse(line) as [string, unknown])[1];
}

describe("the compiled list", () => {
  it("has the rows, products, families and date of the files", () => {
    expect(revived.rows).toEqual(table.rows);
    expect(revived.products).toEqual(table.products);
    expect(revived.offListProducts).toEqual(table.offListProducts);
    expect(revived.families).toEqual(table.families);
    expect(revived.dataDate).toBe(table.dataDate);
  });

  it("has the same row protocols as the files", () => {
    const spoken = table.rows.map((row) => table.protocolsOf(row));
    expect(spoken.filter((one) => one !== null).length).toBeGreaterThan(100);
    expect(revived.rows.map((row) => revived.protocolsOf(row))).toEqual(spoken);
  });

  it("returns one object for each product, by each of its names", () => {
    for (const { name, aliases } of [...table.products, ...table.offListProducts]) {
      const product = revived.product(name);
      expect(product?.name).toBe(name);
      for (const alias of aliases) expect(revived.product(alias.toUpperCase()), alias).toBe(product);
    }
    const named = revived.rows.flatMap(({ products }) => products.map(({ product }) => product));
    for (const product of named) expect(revived.product(product.name)).toBe(product);
  });

  it("gives the same answer for every port", () => {
    for (const transport of [0, 1] as const) {
      for (let port = 0; port < 65536; port++) {
        const { match, rows } = revived.lookup(transport, port);
        const expected = table.lookup(transport, port);
        if (match !== expected.match || rows.length !== expected.rows.length) expect.fail(`port ${port}`);
      }
    }
    expect(revived.specificities).toEqual(table.specificities);
  });
});

describe("the compiled evidence rows", () => {
  const values = new Map([...compileRows(rows)].map(([name, value]) => [name, throughText(value)]));
  const read = (name: string) => structuredClone(values.get(name)) ?? null;

  it("match the files, and refer to the products of the catalogue", () => {
    const compiled = compiledRows(table, read);
    for (const kind of Object.keys(rows) as (keyof EvidenceRows)[]) {
      expect(compiled?.rows(kind), kind).toEqual(rows[kind]);
    }
    expect(compiled?.products).toEqual(productsOf(rows));
    const [first] = compiled?.products ?? [];
    expect(first).toBe(table.product(first?.name ?? ""));
  });

  it("are refused by a catalogue that lacks one of their products", () => {
    const [missing] = productsOf(rows);
    const catalogue = { product: (name: string) => (name === missing.name ? null : table.product(name)) };
    expect(() => compiledRows(catalogue, read)).toThrow(`"${missing.name}" is not the canonical name`);
  });

  it("are absent if nothing was compiled", () => {
    expect(compiledRows(table, () => null)).toBeNull();
  });
});
