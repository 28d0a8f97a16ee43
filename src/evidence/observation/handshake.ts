/**
 * What the first bytes of a flow show about its destination: the names in a TLS or QUIC ClientHello, in an HTTP request, or
 * in a protocol's own banner; if the client names no server, those in the server's certificate. These are the result types of
 * `begin-handshake.ts`.
 */

/** How a server name was sent. */
export type NameSource = "tls" | "quic" | "http-host" | "http-connect";

/** Names in a handshake. Owned; one object may be shared by many flows, so it is frozen. */
export interface HandshakeNames {
  /** Lower case, without a trailing dot; hostile text, at most 255 characters. Null if none was sent. */
  readonly serverName: string | null;
  readonly nameSource: NameSource | null;
  /** ALPN protocols offered (RFC 7301), in order; at most a few, each at most 255 characters. */
  readonly alpn: readonly string[];
  /** An Encrypted ClientHello was sent (RFC 9849): the server name may be only the provider's public one. */
  readonly hasEncryptedHello: boolean;
  /** The name in the first token of a CFNetwork user agent (`apsd` of `apsd/1.0 CFNetwork/1410 Darwin/22.6`), or null. */
  readonly userAgentProcess: string | null;
  /** Beginning of the user agent of an HTTP request, or null. Indicates the device's system. */
  readonly userAgent: string | null;
  /** Version in the greeting of a screen sharing server (`003.008`), or null. */
  readonly rfbVersion: string | null;
  /**
   * Names in the server's certificate, lower case, including ones like "*.example.com"; hostile text, at most 32 with 2,048
   * characters together. Empty if there was a server name: then the certificate is not read.
   */
  readonly certificateNames: readonly string[];
}

/** Payload of one packet of a flow. `bytes` is borrowed for the call. */
export interface HandshakeSegment {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly end: number;
  /** TCP: sequence number of the first payload byte; 0 for UDP. */
  readonly sequence: number;
  /** 1 if the flow's side B sent it, else 0. */
  readonly fromB: number;
}

/** An incomplete handshake. Holds copies of its input, never more than its documented limit. */
export interface PendingHandshake {
  /** Bytes held now. */
  readonly heldBytes: number;
  /** Returns the names, "more" while they are incomplete, or null: there will be none. */
  add(segment: HandshakeSegment): HandshakeNames | "more" | null;
  /** Flow ended, or its room is needed: returns the names in what arrived so far, or null. */
  finish(): HandshakeNames | null;
}
