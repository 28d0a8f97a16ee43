/** The functions of the compiled module; `assembly/` documents them. */

/** Makes rows of fast-path packets. */
export type AppendPlain = (
  first: number,
  end: number,
  fcsLength: number,
  rows: number,
  rowsEnd: number,
  run: number,
) => number;

/** The module's exports: `assembly/index.ts`. */
export interface KernelExports {
  placeRecords(recordsAt: number, wideAt: number): void;
  placeIndex(slotsAt: number, first: number, most: number): void;
  setLimits(flows: number, timeout: number): void;
  setObserver(isThere: number, wantsAll: number, wantsAddresses: number): void;
  setFollowed(): void;
  setEdged(): void;
  setEdges(bucketSeconds: number, activeSeconds: number): void;
  setNextExpiry(time: number): void;
  sealRows(first: number, end: number): void;
  readonly appendPlain: AppendPlain;
  countRows(first: number, end: number): void;
  findFirst(): number;
  removeFlow(record: number): void;
  liveFlows(): number;
  usedRecords(): number;
  orient(record: number): number;
}
