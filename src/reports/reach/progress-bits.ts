/** How far the payload of a TCP connection got, as bits of the first word of its progress. */

/** Bits for side A; those of B are shifted left by one. */
export const ProgressBit = {
  /** The beginning of the side's stream is known: its SYN was seen. */
  START_KNOWN: 1 << 0,
  /** The side has sent payload. */
  SENT: 1 << 2,
  /** The side has acknowledged something. */
  ACKED: 1 << 4,
  /** The side's SYN+ACK has a window of 0: the sender accepts no data (a SYN proxy). */
  ZERO_WINDOW: 1 << 6,
  /** The side acknowledged data after a gap (RFC 2018). */
  SACKED: 1 << 8,
  /** The side's payload begins with a ClientHello. */
  HELLO: 1 << 10,
  /** TLS 1.2 and older: the side continued the handshake in clear text. */
  LEGACY: 1 << 12,
  /** TLS 1.3: the side sent an encrypted record, the Finished that every client sends. */
  FINISHED: 1 << 14,
  /** TLS: the side sent application data after its Finished. */
  DATA: 1 << 16,
  /** The side sent payload after the other side's application data. */
  REPLIED: 1 << 18,
  /** The boundaries of the side's TLS records are lost. */
  RECORDS_LOST: 1 << 20,
  /** HTTP: a 2xx response. */
  HTTP_SUCCESS: 1 << 22,
} as const;
