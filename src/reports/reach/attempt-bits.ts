/** What was seen of a side of a flow that may be an attempt, as bits of the first word of its columns. */

/** Bits of the first word for side A; those of B are one place higher. */
export const AttemptBit = {
  /** SYN without ACK. */
  SYN: 1 << 0,
  SYN_ACK: 1 << 2,
  /** A segment that is neither SYN nor RST: it believes in the connection. */
  BEYOND_SYN: 1 << 4,
  FIN: 1 << 6,
  RESET: 1 << 8,
  /** Payload that was not there before. */
  DATA: 1 << 10,
  /** Its payload begins as a TLS record of a handshake or an alert. */
  TLS: 1 << 12,
  /** A fatal alert of TLS, in the clear. */
  ALERT: 1 << 14,
  /** It acknowledged payload of the other side. */
  ACKNOWLEDGED: 1 << 16,
  /** It was the first to send FIN or RST. */
  ENDED_FIRST: 1 << 18,
  /** The payload seen last was its own. */
  SPOKE_LAST: 1 << 20,
  /** Where its stream goes on is known. */
  NEXT_KNOWN: 1 << 22,
  /** UDP: packets of RTP, one after the other. */
  MEDIA: 1 << 24,
  /** ICMP says that a packet of its did not arrive. */
  UNREACHABLE: 1 << 26,
} as const;
