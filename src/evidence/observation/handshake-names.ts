/** Converts results of the payload readers to the common form of handshake names. */
import type { HttpRequest } from "../payload/http-request.ts";
import type { ClientHello } from "../payload/tls-client-hello.ts";
import type { HandshakeNames } from "./handshake.ts";

const NOTHING: HandshakeNames = Object.freeze({
  serverName: null,
  nameSource: null,
  alpn: Object.freeze([]),
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: Object.freeze([]),
});

/** A screen sharing server announces no name, but a version. */
export function namesOfRfbVersion(rfbVersion: string): HandshakeNames {
  return Object.freeze({ ...NOTHING, rfbVersion });
}

/** The names in a ClientHello; null if it has none. */
export function namesOfClientHello(hello: ClientHello, source: "tls" | "quic"): HandshakeNames | null {
  if (hello.serverName === null && hello.alpn.length === 0 && !hello.hasEncryptedHello) return null;
  return Object.freeze({
    ...NOTHING,
    serverName: hello.serverName,
    nameSource: hello.serverName === null ? null : source,
    alpn: Object.freeze(hello.alpn),
    hasEncryptedHello: hello.hasEncryptedHello,
  });
}

/** The names in a request; null if it has none. */
export function namesOfHttpRequest(request: HttpRequest): HandshakeNames | null {
  if (request.host === null && request.userAgent === null) return null;
  const source = request.isConnect ? "http-connect" : "http-host";
  return Object.freeze({
    ...NOTHING,
    serverName: request.host,
    nameSource: request.host === null ? null : source,
    userAgentProcess: request.userAgentProcess,
    userAgent: request.userAgent,
  });
}

/** Combines the names sent through a tunnel with those of the earlier proxy request (or null), which supply missing ones. */
export function addTunnel(
  names: HandshakeNames | null,
  tunnel: HandshakeNames | null,
): HandshakeNames | null {
  if (names === null || tunnel === null) return names ?? tunnel;
  const { serverName, nameSource } = names.serverName === null ? tunnel : names;
  const userAgentProcess = names.userAgentProcess ?? tunnel.userAgentProcess;
  const userAgent = names.userAgent ?? tunnel.userAgent;
  return Object.freeze({ ...names, serverName, nameSource, userAgentProcess, userAgent });
}

/** Combines the names (or null) with those of the server's certificate, which count only if there is no server name. */
export function addCertificate(
  names: HandshakeNames | null,
  certificate: readonly string[],
): HandshakeNames | null {
  if (certificate.length === 0 || (names !== null && names.serverName !== null)) return names;
  return Object.freeze({ ...(names ?? NOTHING), certificateNames: Object.freeze(certificate) });
}
