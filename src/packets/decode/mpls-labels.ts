/** The layout of an MPLS label stack (RFC 3032, 2.1), and of what may follow it. */

export const LABEL_LENGTH = 4;
/** Real stacks have up to about five; more are an attack on the decoder. */
export const MAX_LABELS = 16;
/** Of the control word before the frame of a pseudowire (RFC 4448, 4.6). */
export const CONTROL_WORD_LENGTH = 4;

const BOTTOM_OFFSET = 2;
const BOTTOM_OF_STACK = 0x01;

/** Whether the label at `offset`, whose bytes were captured, is the last one of its stack. */
export function isLastLabel(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset + BOTTOM_OFFSET] & BOTTOM_OF_STACK) !== 0;
}
