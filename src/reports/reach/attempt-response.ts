/**
 * What HTTP shows of an attempt: whether the requested host answered, or a proxy, a portal or a block page in its place (RFC
 * 9110, 9.3.6 and 15; RFC 6585, 6; RFC 8910).
 */
import type { HandshakeNames } from "../../evidence/observation/handshake.ts";
import type { AttemptVerdict, HttpAnswer } from "./reach-report.ts";

const PROXY_AUTHENTICATION = 407;
const NETWORK_AUTHENTICATION = 511;
const FORBIDDEN = 403;
const LEGAL_REASONS = 451;

/** The first response of an attempt that is not a success. */
export interface HttpResponse {
  readonly status: number;
  /** There was also a success. */
  readonly hasSuccess: boolean;
  /** Host in the target of a redirect, or null. */
  readonly redirect: string | null;
}

/** Verdict of a response, or null if it changes nothing. */
export function judgeResponse(
  { status, hasSuccess, redirect }: HttpResponse,
  names: HandshakeNames | null,
  isAppleName: (name: string) => boolean,
): AttemptVerdict | null {
  // What follows through a granted tunnel is judged by itself.
  if (hasSuccess) return names?.nameSource === "http-connect" ? null : "works";
  if (status < 300) return null;
  if (names?.nameSource === "http-connect" || status === PROXY_AUTHENTICATION) return "proxy-refused";
  if (status === NETWORK_AUTHENTICATION) return "portal";
  if (status < 400) {
    const isElsewhere = redirect !== null && redirect !== names?.serverName && !isAppleName(redirect);
    return isElsewhere ? "portal" : "works";
  }
  return status === FORBIDDEN || status === LEGAL_REASONS ? "block-page" : "answered";
}

/** The response as reported; null if every response was a success. */
export function httpAnswerOf({ status, redirect }: HttpResponse): HttpAnswer | null {
  return status === 0 ? null : { status, redirect };
}
