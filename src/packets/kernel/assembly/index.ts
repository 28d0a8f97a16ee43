/** The kernel's exports; `kernel.ts` wraps them for the program. */
export {
  countRows,
  findFirst,
  liveFlows,
  removeFlow,
  setEdged,
  setFollowed,
  setLimits,
  setNextExpiry,
  setObserver,
} from "./flow-counters";
export { placeIndex, touched } from "./flow-index";
export { placeRecords, usedRecords } from "./flow-records";
export { orient } from "./orientation";
export { sealRows } from "./packet-rows";
export { appendPlain } from "./plain-packets";
export { setEdges } from "./time-edges";
