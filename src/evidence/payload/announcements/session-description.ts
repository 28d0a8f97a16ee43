/**
 * Session descriptions (SDP, RFC 8866, 5.7 and 5.14): where a party receives its media. RTCP uses the next port unless
 * another is named (RFC 3605) or it shares the first (RFC 5761, 5.1.1); candidates are alternative addresses (RFC 8839, 5.1).
 *
 *   c=IN IP4 192.0.2.1
 *   m=audio 49170/2 RTP/AVP 0
 *   a=rtcp:53020
 *   a=candidate:1 1 UDP 2130706431 192.0.2.1 49170 typ host
 */
import type { AddressKey } from "../../../net/address-key.ts";
import { readAddress } from "./written-address.ts";

/** An address and port for media. */
export interface MediaEndpoint {
  readonly transport: "tcp" | "udp";
  /** null: the address of the sender. */
  readonly address: AddressKey | null;
  readonly port: number;
}

const MAX_LINES = 512;
const MAX_MEDIA = 16;
const MAX_CANDIDATES = 64;
const MAX_PAIRS = 8;
const MEDIA = /^m=\S+ (\d{1,5})(?:\/(\d{1,3}))? (\S+)/;
const CONNECTION = /^c=IN IP[46] ([^\s/]+)/;
const RTCP = /^a=rtcp:(\d{1,5})(?: IN IP[46] (\S+))?/;
const CANDIDATE = /^a=candidate:\S+ \d+ (\S+) \d+ (\S+) (\d{1,5}) typ /i;
/** The party that opens the connection names the discard port in place of its own (RFC 4145, 4.1). */
const DISCARD = 9;

/** One medium while it is read. */
interface Medium {
  readonly port: number;
  readonly pairs: number;
  readonly transport: MediaEndpoint["transport"];
  readonly isRtp: boolean;
  address: AddressKey | null;
  rtcp: { readonly port: number; readonly address: AddressKey | null } | null;
  isRtcpShared: boolean;
}

/** Returns all addresses and ports in a description. A medium with port 0 is rejected (RFC 3264, 6) and skipped. */
export function readSessionDescription(text: string): MediaEndpoint[] {
  let address: AddressKey | null = null;
  const media: Medium[] = [];
  const candidates: MediaEndpoint[] = [];
  for (const line of text.split("\n", MAX_LINES)) {
    const medium = media.at(-1);
    const connection = CONNECTION.exec(line);
    if (connection !== null) {
      if (medium === undefined) address = readAddress(connection[1]);
      else medium.address = readAddress(connection[1]);
    }
    const begun = MEDIA.exec(line);
    if (begun !== null && media.length < MAX_MEDIA) media.push(mediumOf(begun, address));
    if (medium === undefined) continue;
    const rtcp = RTCP.exec(line);
    if (rtcp !== null) medium.rtcp = { port: Number(rtcp[1]), address: readAddress(rtcp[2] ?? "") };
    if (line.startsWith("a=rtcp-mux")) medium.isRtcpShared = true;
    const candidate = CANDIDATE.exec(line);
    if (candidate !== null && candidates.length < MAX_CANDIDATES) candidates.push(...candidateOf(candidate));
  }
  return [...media.flatMap(endpointsOf), ...candidates];
}

function mediumOf([, port, pairs, protocol]: RegExpExecArray, address: AddressKey | null): Medium {
  return {
    port: Number(port),
    pairs: Math.min(Math.max(1, Number(pairs ?? 1)), MAX_PAIRS),
    transport: /^TCP/i.test(protocol) ? "tcp" : "udp",
    isRtp: /RTP\//i.test(protocol),
    address,
    rtcp: null,
    isRtcpShared: false,
  };
}

function endpointsOf({
  port,
  pairs,
  transport,
  isRtp,
  address,
  rtcp,
  isRtcpShared,
}: Medium): MediaEndpoint[] {
  if (port === 0 || port === DISCARD) return [];
  const endpoints: MediaEndpoint[] = [];
  const hasRtcpBehind = isRtp && transport === "udp";
  for (let i = 0; i < pairs; i++) {
    const first = hasRtcpBehind ? port + 2 * i : port + i;
    endpoints.push({ transport, address, port: first });
    if (hasRtcpBehind && rtcp === null && !isRtcpShared)
      endpoints.push({ transport, address, port: first + 1 });
  }
  if (rtcp !== null) endpoints.push({ transport, address: rtcp.address ?? address, port: rtcp.port });
  return endpoints;
}

function candidateOf([, transport, text, port]: RegExpExecArray): MediaEndpoint[] {
  const address = readAddress(text);
  if (address === null || Number(port) === DISCARD) return [];
  return [{ transport: /^tcp$/i.test(transport) ? "tcp" : "udp", address, port: Number(port) }];
}
