/**
 * What the first bytes of a flow say of whom it is for: the names in a TLS or QUIC ClientHello, in an HTTP request, or
 * a protocol's own banner; where the client names nobody, what the server's certificate does. These are the terms in which `begin-handshake.ts` answers.
 */

/** By what a server name was sent. */
export type NameSource = "tls" | "quic" | "http-host" | "http-connect";

/** What a handshake named. Owned; one object may be shared by many flows, so frozen. */
export interface HandshakeNames {
  /** Lower case, without a trailing dot; hostile text, at most 255 characters. Null where none was sent. */
  readonly serverName: string | null;
  readonly nameSource: NameSource | null;
  /** ALPN protocols offered (RFC 7301), in order; at most a few, each at most 255 characters. */
  readonly alpn: readonly string[];
  /** An Encrypted ClientHello was sent (RFC 9849): the server name may be only the provider's public one. */
  readonly hasEncryptedHello: boolean;
  /** The first token's name of a CFNetwork user agent (`apsd` of `apsd/1.0 CFNetwork/1410 Darwin/22.6`), or null. */
  readonly userAgentProcess: string | null;
  /** How the user agent of an HTTP request begins, or null. Tells the device's system. */
  readonly userAgent: string | null;
  /** The version with which a server of screen sharing greets (`003.008`), or null. */
  readonly rfbVersion: string | null;
  /**
   * Names in the server's certificate, lower case, "*.example.com" among them; hostile text, at most 32 of together 2,048
   * characters. Empty where there was a server name: the certificate is not looked for then.
   */
  readonly certificateNames: readonly string[];
}

/** Payload of one packet of a flow. `bytes` is borrowed for the call. */
export interface HandshakeSegment {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly end: number;
  /** TCP: number of the first payload byte; 0 for UDP. */
  readonly sequence: number;
  /** 1 when the flow's side B sent it, else 0. */
  readonly fromB: number;
}

/** A handshake of which more is to come. Holds copies of what it was given, never more than its documented cap. */
export interface PendingHandshake {
  /** Bytes that it holds now. */
  readonly heldBytes: number;
  /** The answer, "more" while it is not known, or null: there will be none. */
  add(segment: HandshakeSegment): HandshakeNames | "more" | null;
  /** The flow ends, or its room is needed: what could be read of what was given until now, or null. */
  finish(): HandshakeNames | null;
}
