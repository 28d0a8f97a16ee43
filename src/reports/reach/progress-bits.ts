/** What is known of how far the payload of a TCP connection got, as bits of the first word of its progress. */

/** Bits for side A; those of B are one place higher. */
export const ProgressBit = {
  /** Where its stream begins is known, as its SYN was seen. */
  START_KNOWN: 1 << 0,
  /** It has sent payload. */
  SENT: 1 << 2,
  /** It has acknowledged something. */
  ACKED: 1 << 4,
  /** Its SYN+ACK has a window of 0: whoever sent it wants no data (a SYN proxy). */
  ZERO_WINDOW: 1 << 6,
  /** It acknowledged what stands behind a gap (RFC 2018). */
  SACKED: 1 << 8,
  /** Its payload begins with a ClientHello. */
  HELLO: 1 << 10,
  /** TLS 1.2 and older: it went on with the handshake in the clear. */
  LEGACY: 1 << 12,
  /** TLS 1.3: it sent an encrypted record, the Finished that every client sends. */
  FINISHED: 1 << 14,
  /** TLS: it sent application data behind its Finished. */
  DATA: 1 << 16,
  /** It sent payload after the other side's application data. */
  REPLIED: 1 << 18,
  /** Where its TLS records begin is not known any more. */
  RECORDS_LOST: 1 << 20,
  /** HTTP: a response of 2xx. */
  HTTP_SUCCESS: 1 << 22,
} as const;
