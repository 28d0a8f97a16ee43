/** Finds the options of a SYN that make it relevant for the observer (RFC 9293, 3.1). */
import { BUFFER_AT, ROW_PAYLOAD, ROW_TRANSPORT } from "../layout";

const TCP_LENGTH: u32 = 20;
const END_OF_OPTIONS: u32 = 0;
const NO_OPERATION: u32 = 1;
/** Multipath TCP (RFC 8684, 3). */
const MULTIPATH: u32 = 30;

/** Whether the segment of a row has a multipath TCP option. */
export function hasMultipath(row: usize): bool {
  const end = load<u32>(row, ROW_PAYLOAD * 4);
  let at = load<u32>(row, ROW_TRANSPORT * 4) + TCP_LENGTH;
  while (at + 1 < end) {
    const kind = u32(load<u8>(BUFFER_AT + at));
    if (kind === MULTIPATH) return true;
    if (kind === END_OF_OPTIONS) return false;
    // A length below 2 is invalid: no more options follow.
    const length = kind === NO_OPERATION ? 1 : u32(load<u8>(BUFFER_AT + at, 1));
    if (length === 0) return false;
    at += length;
  }
  return false;
}
