/**
 * What the host that captured says of a packet, in one number, 0 where it says nothing:
 *
 *   bits 0-1 direction | 2-5 service class | 6 whether it was dropped | from 7 on the process, as an index into a block's `processes`
 */

/** Which way a packet went, as pcapng's flags and PKTAP number it. */
export const Direction = { UNKNOWN: 0, IN: 1, OUT: 2 } as const;

const DIRECTION_MASK = 3;
const CLASS_SHIFT = 2;
const CLASS_MASK = 15;
const PROCESS_SHIFT = 7;
/** Set where the kernel has dropped the packet: it went nowhere. */
export const MARK_DROPPED = 1 << 6;

/** Apple numbers service classes in hundreds (xnu bsd/sys/socket.h, SO_TC_...). */
const CLASS_STEP = 100;
const MAX_CLASS = CLASS_MASK * CLASS_STEP;

/** @param serviceClass as Apple numbers it; what is none of its classes is left out, and so is 0, best effort */
export function markOf(process: number, direction: number, serviceClass: number): number {
  const isKnown = serviceClass <= MAX_CLASS && serviceClass % CLASS_STEP === 0;
  return (
    withProcess((isKnown ? serviceClass / CLASS_STEP : 0) << CLASS_SHIFT, process) |
    (direction & DIRECTION_MASK)
  );
}

/** The mark with another process. */
export function withProcess(mark: number, process: number): number {
  return (mark & ((1 << PROCESS_SHIFT) - 1)) | (process << PROCESS_SHIFT);
}

/** 0: none is named. */
export function processOf(mark: number): number {
  return mark >>> PROCESS_SHIFT;
}

/** `Direction`. */
export function directionOf(mark: number): number {
  return mark & DIRECTION_MASK;
}

/** As Apple numbers it; 0 where none is told. */
export function serviceClassOf(mark: number): number {
  return ((mark >> CLASS_SHIFT) & CLASS_MASK) * CLASS_STEP;
}

/** Which sides of a flow are the capturing host's own, in place of the direction: 1 the first, 2 the second. */
export const Own = { UNKNOWN: 0, A: 1, B: 2 } as const;

/** The mark of a packet with the side that is its host's own; 0 in `fromB`: the first side of the flow sent it. */
export function withOwnSide(mark: number, fromB: number): number {
  const direction = directionOf(mark);
  if (direction === Direction.UNKNOWN) return mark;
  const isOwnB = (direction === Direction.OUT) === (fromB !== 0);
  return (mark & ~DIRECTION_MASK) | (isOwnB ? Own.B : Own.A);
}
