/**
 * What HTTP says of an attempt: whether the host that was asked for answered, or a proxy, a portal or a block page in its
 * place (RFC 9110, 9.3.6 and 15; RFC 6585, 6; RFC 8910).
 */
import type { HandshakeNames } from "../../evidence/observation/handshake.ts";
import type { AttemptVerdict, HttpAnswer } from "./reach-report.ts";

const PROXY_AUTHENTICATION = 407;
const NETWORK_AUTHENTICATION = 511;
const FORBIDDEN = 403;
const LEGAL_REASONS = 451;

/** The first response of an attempt that is no success. */
export interface HttpResponse {
  readonly status: number;
  /** There was a success as well. */
  readonly hasSuccess: boolean;
  /** The host that a redirection leads to, or null. */
  readonly redirect: string | null;
}

/** The verdict of a response, or null where it changes nothing. */
export function judgeResponse(
  { status, hasSuccess, redirect }: HttpResponse,
  names: HandshakeNames | null,
  isAppleName: (name: string) => boolean,
): AttemptVerdict | null {
  // What comes through a tunnel that was granted is judged as it is.
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

/** The response as a report has it; null where there was none that is no success. */
export function httpAnswerOf({ status, redirect }: HttpResponse): HttpAnswer | null {
  return status === 0 ? null : { status, redirect };
}
