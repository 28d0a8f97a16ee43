/** The functions of the compiled module; `assembly/` documents them. */

/** Makes rows of fast-path packets. */
export type AppendFastPath = (
  first: number,
  end: number,
  fcsLength: number,
  rows: number,
  rowsEnd: number,
  run: number,
) => number;

/** The module's exports: `assembly/index.ts`. */
export interface KernelExports {
  setEntryLocations(entriesAt: number, wideAt: number): void;
  setIndexLocation(slotsAt: number, first: number, maximum: number): void;
  setLimits(flows: number, timeout: number): void;
  setObserver(hasObserver: number, needsAll: number, needsAddresses: number): void;
  enableStartCallbacks(): void;
  enableEdgeCallbacks(): void;
  setEdges(bucketSeconds: number, activeSeconds: number): void;
  setNextExpiry(time: number): void;
  finalizeRows(first: number, end: number): void;
  readonly appendFastPath: AppendFastPath;
  countRows(first: number, end: number): void;
  findFirst(): number;
  removeFlow(entry: number): void;
  liveFlows(): number;
  usedEntries(): number;
  orient(entry: number): number;
}
