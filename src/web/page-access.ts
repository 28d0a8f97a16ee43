/**
 * Who may see the page: whoever has its token, which is in the printed address and kept as a cookie, but no other site's page
 * in the same browser.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** 256 bits cannot be guessed. */
const TOKEN_BYTES = 32;

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly text: string;
}

/** A new token. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Checks requests for one token. */
export class PageAccess {
  readonly #token: string;
  readonly #cookie: string;

  /** `port`: browsers share cookies between all ports of a machine. */
  constructor(token: string, port: number) {
    this.#token = token;
    this.#cookie = `appleflow-${port}`;
  }

  /** Why this request must not be answered, or null. */
  refusalOf({ headers }: IncomingMessage): Refusal | null {
    const { origin, host = "", cookie = "" } = headers;
    if (origin !== undefined && hostOf(origin) !== host) {
      return { status: 403, text: "requests from other sites are refused" };
    }
    const own = cookie
      .split(";")
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${this.#cookie}=`));
    const token = own?.slice(this.#cookie.length + 1) ?? "";
    return this.isRight(token)
      ? null
      : { status: 401, text: "open the address that appleflow printed: the token is missing here" };
  }

  isRight(token: string): boolean {
    return timingSafeEqual(digest(token), digest(this.#token));
  }

  /** The header that stores the token as a cookie. */
  get setCookie(): string {
    return `${this.#cookie}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** "null", sent by a page without an origin, has no host. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
