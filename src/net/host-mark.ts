/**
 * Metadata of a packet from the capturing host, packed in one number; 0 where there is none:
 *
 *   bits 0-1 direction | 2-5 service class | 6 dropped | from 7 on the process, as an index into a block's `processes`
 */

/** Direction of a packet, numbered as in pcapng's flags and PKTAP. */
export const Direction = { UNKNOWN: 0, IN: 1, OUT: 2 } as const;

const DIRECTION_MASK = 3;
const CLASS_SHIFT = 2;
const CLASS_MASK = 15;
const PROCESS_SHIFT = 7;
/** Set if the kernel dropped the packet: it was never delivered. */
export const MARK_DROPPED = 1 << 6;

/** Apple numbers service classes in hundreds (xnu bsd/sys/socket.h, SO_TC_...). */
const CLASS_STEP = 100;
const MAX_CLASS = CLASS_MASK * CLASS_STEP;

/**
 * Packs a mark.
 *
 * @param serviceClass in Apple's numbering; unknown classes, and 0 (best effort), are omitted
 */
export function markOf(process: number, direction: number, serviceClass: number): number {
  const isKnown = serviceClass <= MAX_CLASS && serviceClass % CLASS_STEP === 0;
  return (
    withProcess((isKnown ? serviceClass / CLASS_STEP : 0) << CLASS_SHIFT, process) |
    (direction & DIRECTION_MASK)
  );
}

/** Returns the mark with another process. */
export function withProcess(mark: number, process: number): number {
  return (mark & ((1 << PROCESS_SHIFT) - 1)) | (process << PROCESS_SHIFT);
}

/** Returns the process index; 0 if there is none. */
export function processOf(mark: number): number {
  return mark >>> PROCESS_SHIFT;
}

/** Returns the direction, one of `Direction`. */
export function directionOf(mark: number): number {
  return mark & DIRECTION_MASK;
}

/** Returns the service class in Apple's numbering; 0 if there is none. */
export function serviceClassOf(mark: number): number {
  return ((mark >> CLASS_SHIFT) & CLASS_MASK) * CLASS_STEP;
}

/** Which sides of a flow belong to the capturing host, in the bits of the direction: 1 the first, 2 the second. */
export const HostSide = { UNKNOWN: 0, A: 1, B: 2 } as const;

/**
 * Replaces the direction in a packet's mark by the side that is the capturing host's. `fromB` is 0 if the first side of
 * the flow sent the packet.
 */
export function withHostSide(mark: number, fromB: number): number {
  const direction = directionOf(mark);
  if (direction === Direction.UNKNOWN) return mark;
  const isHostB = (direction === Direction.OUT) === (fromB !== 0);
  return (mark & ~DIRECTION_MASK) | (isHostB ? HostSide.B : HostSide.A);
}
