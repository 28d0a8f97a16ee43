/** The kernel's exports; `kernel.ts` wraps them for the program. */

export { appendFastPath } from "./fast-path";
export {
  countRows,
  enableEdgeCallbacks,
  enableStartCallbacks,
  findFirst,
  liveFlows,
  removeFlow,
  setLimits,
  setNextExpiry,
  setObserver,
} from "./flow-counters";
export { setEntryLocations, usedEntries } from "./flow-entries";
export { setIndexLocation, touched } from "./flow-index";
export { orient } from "./orientation";
export { finalizeRows } from "./packet-rows";
export { setEdges } from "./time-edges";
