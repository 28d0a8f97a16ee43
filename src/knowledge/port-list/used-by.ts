/**
 * Parses "Used by" cells. Basic rule: repair the cell, then split it at commas and semicolons outside brackets; the text
 * before the brackets of a part is a product or an alias, the text inside is its qualifier. Exceptions: `data/used-by.tsv`
 * defines the meaning of parts, and `data/repairs.tsv` the repairs of cells, each with a reason.
 */

import type { Product, ProductCatalogue } from "./product.ts";
import type { RowColumn, RowProduct } from "./service-row.ts";
import { badDataLine, parseTabTable, type TabRecord } from "./tab-table.ts";

const NOTHING = "—";

/** Meaning of a part of a cell: products or, without any, a recorded remark. */
interface PieceMeaning {
  readonly products: RowProduct[];
  readonly line: number;
  used: boolean;
}

interface Repair {
  readonly port: string;
  readonly transport: string;
  readonly find: string;
  readonly replace: string;
  readonly line: number;
  used: boolean;
}

/** The parsed cell, including data for checks and for diagnosis. */
interface CellReading {
  readonly products: readonly RowProduct[];
  /** Parts that name no product according to `used-by.tsv`. */
  readonly remarks: readonly string[];
}

/**
 * Splits a cell into its parts at commas and semicolons outside round brackets, trimmed, without empty ones.
 *
 * @returns the parts, or `null` if brackets are not closed
 */
function splitUsedBy(cell: string): string[] | null {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= cell.length; index++) {
    const character = cell[index];
    if (character === "(") depth++;
    else if (character === ")") depth--;
    if (depth < 0) return null;
    if (index === cell.length || (depth === 0 && (character === "," || character === ";"))) {
      const piece = cell.slice(start, index).trim();
      if (piece !== "") pieces.push(piece);
      start = index + 1;
    }
  }
  return depth === 0 ? pieces : null;
}

/** Splits a part into the name and the text in its closing brackets. */
function splitQualifier(piece: string): { name: string; qualifier: string | null } {
  const open = piece.indexOf("(");
  if (open < 1 || !piece.endsWith(")")) return { name: piece, qualifier: null };
  return { name: piece.slice(0, open).trimEnd(), qualifier: piece.slice(open + 1, -1).trim() || null };
}

/** Parses cells by the rule, the repairs and the recorded meanings, and tracks which of these were needed. */
export class UsedByReader {
  readonly #catalogue: ProductCatalogue;
  readonly #meanings = new Map<string, PieceMeaning>();
  readonly #repairs: Repair[] = [];
  readonly #meaningsSource: string;
  readonly #repairsSource: string;
  readonly #named = new Set<Product>();

  /** @throws InputError `bad_data_file` for a meaning with an unknown product, or that is both a remark and a product */
  constructor(
    catalogue: ProductCatalogue,
    meaningsText: string,
    repairsText: string,
    meaningsSource: string,
    repairsSource: string,
  ) {
    this.#catalogue = catalogue;
    this.#meaningsSource = meaningsSource;
    this.#repairsSource = repairsSource;
    for (const { line, cells } of parseTabTable(meaningsText, meaningsSource, {
      required: ["piece", "product", "qualifier", "reason"],
    })) {
      this.#addMeaning(line, cells);
    }
    for (const { line, cells } of parseTabTable(repairsText, repairsSource, {
      required: ["port", "transport", "find", "replace", "reason"],
    })) {
      if (cells.reason === "") throw badDataLine(repairsSource, line, "a repair needs a reason");
      this.#repairs.push({ ...cells, line, used: false });
    }
  }

  /** Number of repairs. */
  get repairCount(): number {
    return this.#repairs.length;
  }

  /**
   * Parses the cell of a record of the list.
   *
   * @throws InputError `bad_data_file` for a part that is neither a product nor a recorded remark
   */
  read(record: TabRecord<RowColumn>, source: string): CellReading {
    return this.#read(this.#repair(record), record.line, source, null);
  }

  /**
   * Parses the cell of a user's own row, where an unknown name is a new product.
   *
   * @param addProduct creates the product of a name that is not in the catalogue
   */
  readOwn(
    record: TabRecord<RowColumn>,
    source: string,
    addProduct: (name: string) => Product,
  ): readonly RowProduct[] {
    return this.#read(record.cells.used_by, record.line, source, addProduct).products;
  }

  /**
   * Call this after all rows of the list were read.
   *
   * @throws InputError `bad_data_file` for a repair, a meaning or a product that no cell of the list needed
   */
  requireAllUsed(productsSource: string): void {
    for (const repair of this.#repairs) {
      if (!repair.used) throw badDataLine(this.#repairsSource, repair.line, "no row of the list needs it");
    }
    for (const [piece, meaning] of this.#meanings) {
      if (!meaning.used) {
        throw badDataLine(this.#meaningsSource, meaning.line, `no cell of the list has the piece "${piece}"`);
      }
    }
    for (const product of this.#catalogue.products) {
      if (!this.#named.has(product)) {
        const line = this.#catalogue.lineOf.get(product) ?? 0;
        throw badDataLine(productsSource, line, `no row of the list names "${product.name}"`);
      }
    }
  }

  #addMeaning(
    line: number,
    cells: Readonly<Record<"piece" | "product" | "qualifier" | "reason", string>>,
  ): void {
    const source = this.#meaningsSource;
    if (cells.piece === "" || cells.reason === "") {
      throw badDataLine(source, line, "a meaning needs a piece and a reason");
    }
    let meaning = this.#meanings.get(cells.piece);
    if (meaning === undefined) {
      meaning = { products: [], line, used: false };
      this.#meanings.set(cells.piece, meaning);
    } else if (meaning.products.length === 0 || cells.product === NOTHING) {
      throw badDataLine(source, line, `"${cells.piece}" is both a remark and something else`);
    }
    if (cells.product === NOTHING) return;
    const product = this.#catalogue.byName.get(cells.product.toLowerCase());
    if (product?.name !== cells.product || !product.isListed) {
      throw badDataLine(source, line, `"${cells.product}" is not the canonical name of a product`);
    }
    meaning.products.push({ product, qualifier: cells.qualifier === NOTHING ? null : cells.qualifier });
  }

  #repair(record: TabRecord<RowColumn>): string {
    let cell = record.cells.used_by;
    for (const repair of this.#repairs) {
      if (repair.port !== record.cells.port || repair.transport !== record.cells.transport) continue;
      const parts = cell.split(repair.find);
      // Two rows may have the same port and transport (500, 4500), and only one of them is broken.
      if (parts.length === 1) continue;
      if (parts.length > 2 || repair.used) {
        throw badDataLine(this.#repairsSource, repair.line, `"${repair.find}" occurs more than once`);
      }
      repair.used = true;
      cell = parts.join(repair.replace);
    }
    return cell;
  }

  #read(
    cell: string,
    line: number,
    source: string,
    addProduct: ((name: string) => Product) | null,
  ): CellReading {
    const remarks: string[] = [];
    const qualifiers = new Map<Product, string | null>();
    if (cell === NOTHING || cell === "") return { products: [], remarks };
    const pieces = splitUsedBy(cell);
    if (pieces === null) throw badDataLine(source, line, `the brackets of "Used by" do not close: ${cell}`);
    if (pieces.length === 0) throw badDataLine(source, line, `"${cell}" names no product; write — for none`);
    for (const piece of pieces) {
      const meaning = this.#meanings.get(piece);
      if (meaning !== undefined) meaning.used = true;
      if (meaning?.products.length === 0) remarks.push(piece);
      for (const { product, qualifier } of meaning?.products ?? [
        this.#readProduct(piece, line, source, addProduct),
      ]) {
        const before = qualifiers.get(product);
        const both = before && qualifier ? `${before}; ${qualifier}` : (before ?? qualifier);
        qualifiers.set(product, both);
        this.#named.add(product);
      }
    }
    const products = [...qualifiers].map(([product, qualifier]) => Object.freeze({ product, qualifier }));
    return { products: Object.freeze(products), remarks };
  }

  #readProduct(
    piece: string,
    line: number,
    source: string,
    addProduct: ((name: string) => Product) | null,
  ): RowProduct {
    const find = (name: string) => {
      const known = this.#catalogue.byName.get(name.toLowerCase());
      // The list refers to its own products: a cell of the list cannot mean an off-list product.
      return known?.isListed === false && addProduct === null ? undefined : known;
    };
    const whole = find(piece);
    if (whole !== undefined) return { product: whole, qualifier: null };
    const { name, qualifier } = splitQualifier(piece);
    if (name.startsWith("("))
      throw badDataLine(source, line, `"${piece}" names no product before its brackets`);
    const product = find(name) ?? addProduct?.(name);
    if (product === undefined) {
      throw badDataLine(source, line, `"${piece}" is neither a product nor a recorded remark`);
    }
    return { product, qualifier };
  }
}
