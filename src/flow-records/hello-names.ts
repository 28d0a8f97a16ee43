/** The names of a handshake as logs tell them, in the form of those that packets show, owned by who asks for them. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import {
  addCertificate,
  namesOfClientHello,
  namesOfHttpRequest,
} from "../evidence/observation/handshake-names.ts";
import { hostOf, readUserAgent } from "../evidence/payload/http-request.ts";
import { normalizeHostName } from "../evidence/payload/name-text.ts";
import { ownText } from "./own-text.ts";

/** Of ALPN (RFC 7301, 3.1) and of a certificate: as packets are read. */
const MAX_PROTOCOL_LENGTH = 255;
const MAX_PROTOCOLS = 16;
const MAX_CERTIFICATE_NAMES = 32;
const MAX_CERTIFICATE_LENGTH = 2048;

/** What a ClientHello named, and where it named nobody, the server's certificate; null for nothing. */
export function helloNames(
  source: "tls" | "quic",
  serverName: string | null,
  alpn: readonly string[],
  certificateNames: readonly string[] = [],
): HandshakeNames | null {
  const name = owned(serverName === null ? null : normalizeHostName(serverName));
  const offered = alpn
    .filter(({ length }) => length > 0 && length <= MAX_PROTOCOL_LENGTH)
    .slice(0, MAX_PROTOCOLS)
    .map(ownText);
  const hello = { isWhole: true, serverName: name, alpn: offered, hasEncryptedHello: false };
  return addCertificate(namesOfClientHello(hello, source), readable(certificateNames));
}

/** What a request of HTTP named; null for nothing. */
export function requestNames(
  host: string | null,
  userAgent: string | null,
  method: string | null,
): HandshakeNames | null {
  const agent = readUserAgent(userAgent);
  return namesOfHttpRequest({
    isWhole: true,
    headLength: 0,
    isConnect: method === "CONNECT",
    host: owned(hostOf(host)),
    userAgent: owned(agent.userAgent),
    userAgentProcess: owned(agent.userAgentProcess),
  });
}

function readable(names: readonly string[]): readonly string[] {
  const read: string[] = [];
  let length = 0;
  for (const name of names.slice(0, MAX_CERTIFICATE_NAMES)) {
    const normal = normalizeHostName(name);
    if (normal === null) continue;
    length += normal.length;
    if (length > MAX_CERTIFICATE_LENGTH) break;
    read.push(ownText(normal));
  }
  return read;
}

function owned(text: string | null): string | null {
  return text === null ? null : ownText(text);
}
