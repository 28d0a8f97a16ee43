/** Memory in use, without uncollected garbage. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of all array buffers in use. */
export function retainedBufferBytes(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** Bytes of objects and array buffers in use. */
export function retainedBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
