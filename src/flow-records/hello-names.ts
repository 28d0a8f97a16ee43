/** Names of a handshake in logs, in the form of those from packets; owned by the caller. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import {
  addCertificate,
  namesOfClientHello,
  namesOfHttpRequest,
} from "../evidence/observation/handshake-names.ts";
import { hostOf, readUserAgent } from "../evidence/payload/http-request.ts";
import { normalizeHostName } from "../evidence/payload/name-text.ts";
import { copyText } from "./copy-text.ts";

/** For ALPN (RFC 7301, 3.1) and certificates: the same limits as for packets. */
const MAX_PROTOCOL_LENGTH = 255;
const MAX_PROTOCOLS = 16;
const MAX_CERTIFICATE_NAMES = 32;
const MAX_CERTIFICATE_LENGTH = 2048;

/** Returns the names in a ClientHello, or if it has none, in the server's certificate; null for none. */
export function helloNames(
  source: "tls" | "quic",
  serverName: string | null,
  alpn: readonly string[],
  certificateNames: readonly string[] = [],
): HandshakeNames | null {
  const name = copied(serverName === null ? null : normalizeHostName(serverName));
  const offered = alpn
    .filter(({ length }) => length > 0 && length <= MAX_PROTOCOL_LENGTH)
    .slice(0, MAX_PROTOCOLS)
    .map(copyText);
  const hello = { isWhole: true, serverName: name, alpn: offered, hasEncryptedHello: false };
  return addCertificate(namesOfClientHello(hello, source), readableNames(certificateNames));
}

/** Returns the names in an HTTP request; null for none. */
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
    host: copied(hostOf(host)),
    userAgent: copied(agent.userAgent),
    userAgentProcess: copied(agent.userAgentProcess),
  });
}

function readableNames(names: readonly string[]): readonly string[] {
  const read: string[] = [];
  let length = 0;
  for (const name of names.slice(0, MAX_CERTIFICATE_NAMES)) {
    const normal = normalizeHostName(name);
    if (normal === null) continue;
    length += normal.length;
    if (length > MAX_CERTIFICATE_LENGTH) break;
    read.push(copyText(normal));
  }
  return read;
}

function copied(text: string | null): string | null {
  return text === null ? null : copyText(text);
}
