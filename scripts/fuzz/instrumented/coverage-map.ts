/** The meaning of block numbers. */

/** An instrumented source file. */
export interface CoveredFile {
  /** Path from the root of the project. */
  readonly path: string;
  /** Number of its first block. */
  readonly first: number;
  /** For each of its blocks, the number of the block in which its function begins; -1 outside of functions. */
  readonly functions: readonly number[];
  /** String literals in it, with which inputs are compared. */
  readonly texts: readonly string[];
  /** Integers above 255 in it. */
  readonly numbers: readonly number[];
}

/** All instrumented files, in block order. */
export type CoverageMap = readonly CoveredFile[];

/** How much of the code was reached. */
export interface CoverageFigures {
  /** Functions that were entered. */
  readonly functions: number;
  /** Reached blocks in these functions, and all of their blocks. */
  readonly blocks: number;
  readonly blocksInFunctions: number;
}

/** Returns the number of blocks. */
export function blockCount(map: CoverageMap): number {
  const last = map.at(-1);
  return last === undefined ? 0 : last.first + last.functions.length;
}

/** Returns the figures for blocks, where reached ones are marked by a non-zero number. */
export function figuresOf(map: CoverageMap, marks: Uint8Array): CoverageFigures {
  const figures = { functions: 0, blocks: 0, blocksInFunctions: 0 };
  for (const { first, functions } of map) {
    for (const [index, owner] of functions.entries()) {
      if (owner < 0 || marks[owner] === 0) continue;
      figures.blocksInFunctions++;
      if (owner === first + index) figures.functions++;
      if (marks[first + index] !== 0) figures.blocks++;
    }
  }
  return figures;
}

/** Returns the literals in files with a marked block, as bytes: texts, and numbers in both byte orders unless `isText`. */
export function wordsOf(map: CoverageMap, marks: Uint8Array, isText: boolean): Uint8Array[] {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  for (const file of map) {
    if (!file.functions.some((_, index) => marks[file.first + index] !== 0)) continue;
    for (const text of file.texts) texts.add(text);
    for (const number of file.numbers) numbers.add(number);
  }
  // Sorted, because the order of files differs by bundle.
  const words = [...texts].sort().map((text) => new Uint8Array(Buffer.from(text)));
  return isText ? words : [...words, ...[...numbers].sort((a, b) => a - b).flatMap(numberWords)];
}

function numberWords(number: number): Uint8Array[] {
  const length = number > 0xffff ? 4 : 2;
  const big = new Uint8Array(length);
  for (let i = 0; i < length; i++) big[i] = (number >>> ((length - 1 - i) * 8)) & 0xff;
  return [big, big.toReversed()];
}
