/** What the numbers of the counted blocks mean. */

/** A source file that is instrumented. */
export interface CoveredFile {
  /** From the root of the project. */
  readonly path: string;
  /** Number of its first block. */
  readonly first: number;
  /** For each of its blocks the number of the block that its function begins with; -1 outside of functions. */
  readonly functions: readonly number[];
  /** Texts that stand in it: what inputs are compared with. */
  readonly texts: readonly string[];
  /** Whole numbers above 255 that stand in it. */
  readonly numbers: readonly number[];
}

/** All instrumented files, in the order of their blocks. */
export type CoverageMap = readonly CoveredFile[];

/** How much of the code was reached. */
export interface CoverageFigures {
  /** Functions that were entered. */
  readonly functions: number;
  /** Blocks that were reached in them, and all that they have. */
  readonly blocks: number;
  readonly blocksInFunctions: number;
}

/** How many blocks there are. */
export function blockCount(map: CoverageMap): number {
  const last = map.at(-1);
  return last === undefined ? 0 : last.first + last.functions.length;
}

/** The figures of blocks, each of which is marked by another number than 0. */
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

/** What stands in the files of which a block is marked, as bytes: texts, and numbers in both byte orders unless `isText`. */
export function wordsOf(map: CoverageMap, marks: Uint8Array, isText: boolean): Uint8Array[] {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  for (const file of map) {
    if (!file.functions.some((_, index) => marks[file.first + index] !== 0)) continue;
    for (const text of file.texts) texts.add(text);
    for (const number of file.numbers) numbers.add(number);
  }
  // In an order of their own: that of the files is another one with each bundle.
  const words = [...texts].sort().map((text) => new Uint8Array(Buffer.from(text)));
  return isText ? words : [...words, ...[...numbers].sort((a, b) => a - b).flatMap(numberWords)];
}

function numberWords(number: number): Uint8Array[] {
  const length = number > 0xffff ? 4 : 2;
  const big = new Uint8Array(length);
  for (let i = 0; i < length; i++) big[i] = (number >>> ((length - 1 - i) * 8)) & 0xff;
  return [big, big.toReversed()];
}
