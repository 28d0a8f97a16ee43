/** Impossible values in the headers of records, and records out of order, in words. */
import type { RecordWeird } from "../reports/record-weirds.ts";
import { formatCount } from "./render-units.ts";

/** A sentence for `count` records (above 0) with this weird, without its full stop. */
export function recordWeirdText(weird: RecordWeird, count: number): string {
  const isOne = count === 1;
  const packets = `${formatCount(count)} ${isOne ? "packet has" : "packets have"}`;
  if (weird === "impossible_time") {
    return `${packets} ${isOne ? "an impossible time; it gets" : "impossible times; each gets"} the time of the packet before it, if any`;
  }
  if (weird === "merged_late") {
    const was = isOne ? "packet was" : "packets were";
    return `${formatCount(count)} ${was} counted after later ones of other captures: too many captures overlap to be open at once`;
  }
  const length = isOne ? "an impossible original length" : "impossible original lengths";
  return `${packets} ${length}, below the captured length or above 256 KiB; ${isOne ? "it is" : "they are"} counted as the capture says`;
}
