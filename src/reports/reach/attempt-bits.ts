/** What was seen of a side of a flow that may be an attempt, as bits of the first word of the flow's columns. */

/** Bits of the first word for side A; those of B are shifted left by one. */
export const AttemptBit = {
  /** SYN without ACK. */
  SYN: 1 << 0,
  SYN_ACK: 1 << 2,
  /** A segment that is neither SYN nor RST: the side considers the connection open. */
  BEYOND_SYN: 1 << 4,
  FIN: 1 << 6,
  RESET: 1 << 8,
  /** New payload, not a retransmission. */
  DATA: 1 << 10,
  /** The side's payload begins with a TLS record of a handshake or an alert. */
  TLS: 1 << 12,
  /** A fatal TLS alert in clear text. */
  ALERT: 1 << 14,
  /** The side acknowledged payload of the other one. */
  ACKNOWLEDGED: 1 << 16,
  /** The side was the first to send FIN or RST. */
  ENDED_FIRST: 1 << 18,
  /** The side sent the most recent payload. */
  SENT_LAST: 1 << 20,
  /** The next sequence number of the side is known. */
  NEXT_KNOWN: 1 << 22,
  /** UDP: consecutive RTP packets. */
  MEDIA: 1 << 24,
  /** ICMP reports that a packet of the side did not arrive. */
  UNREACHABLE: 1 << 26,
} as const;
