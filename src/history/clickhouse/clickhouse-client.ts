/** A client of ClickHouse's HTTP interface. Statements are text: values in them are literals (`sql-literal.ts`). */

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { InputError, type InputErrorCode, systemErrorCode } from "../../errors.ts";
import type { ClickHouseTarget } from "./clickhouse-target.ts";

const compress = promisify(gzip);

/** Gzip level: higher ones cost more time than their smaller size saves. */
const GZIP_LEVEL = 3;
/** Time limits for answers, in milliseconds. */
const INSERT_TIMEOUT = 120_000;
const QUESTION_TIMEOUT = 290_000;
/** Maximum number of characters of a server message that are quoted. */
const MAX_REASON_LENGTH = 300;

/** Meaning of ClickHouse error codes (`Code: 60, ...`): the tables do not exist; access is denied. */
const NO_TABLES = [60, 81];
const NO_RIGHTS = [164, 192, 193, 194, 291, 497, 516];

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing is listening there",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  EHOSTUNREACH: "no route to this host",
  ENETUNREACH: "no route to this network",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
  UND_ERR_HEADERS_TIMEOUT: "it does not answer",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "its certificate is self-signed: set NODE_EXTRA_CA_CERTS to the certificate's file",
  SELF_SIGNED_CERT_IN_CHAIN:
    "its certificate is from an unknown authority: set NODE_EXTRA_CA_CERTS to the CA's file",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is from an unknown authority: set NODE_EXTRA_CA_CERTS to the CA's file",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS: use clickhouse://",
  EPROTO: "it does not speak TLS: use clickhouse://",
};

export class ClickHouseClient {
  readonly target: ClickHouseTarget;
  readonly #signal: AbortSignal | undefined;

  /** `signal`: once it is aborted, its reason is thrown in place of an answer. */
  constructor(target: ClickHouseTarget, signal?: AbortSignal) {
    this.target = target;
    this.#signal = signal;
  }

  /** Returns the rows of a query. Throws `InputError` with the server's name and message. */
  async select(statement: string): Promise<Record<string, unknown>[]> {
    const text = await this.#ask("cannot_read", QUESTION_TIMEOUT, {}, `${statement} FORMAT JSON`);
    try {
      return JSON.parse(text).data;
    } catch (cause) {
      throw this.#error("cannot_read", `its answer is not JSON: ${firstLine(text)}`, cause);
    }
  }

  /** Inserts rows in a format; they are written when the promise resolves. Throws as above. */
  async insert(statement: string, rows: Uint8Array): Promise<void> {
    const body = await compress(rows, { level: GZIP_LEVEL });
    await this.#ask("cannot_write", INSERT_TIMEOUT, { query: statement }, body);
  }

  async #ask(
    code: InputErrorCode,
    timeout: number,
    parameters: Readonly<Record<string, string>>,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<string> {
    const { endpoint, database, user, password } = this.target;
    const query = new URLSearchParams({ database, wait_end_of_query: "1", ...parameters });
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${endpoint}?${query}`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
          ...(typeof body !== "string" && { "content-encoding": "gzip" }),
        },
        body,
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(this.#signal ? [this.#signal] : [])]),
      });
      ({ status } = response);
      text = await response.text();
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw this.#error(code, reasonOfFailure(cause), cause);
    }
    if (status === 200) return text;
    throw this.#refusal(code, status, text);
  }

  #refusal(code: InputErrorCode, status: number, text: string): InputError {
    const number = Number(/^Code: (\d+)/.exec(text)?.[1]);
    const reason = `status ${status}: ${firstLine(text)}`;
    if (NO_TABLES.includes(number)) {
      return this.#error(
        code,
        `its tables do not exist: packaging/clickhouse/schema.sql creates them (${reason})`,
      );
    }
    if (NO_RIGHTS.includes(number) || status === 401 || status === 403) {
      return this.#error(
        "no_permission",
        `the user or password is wrong, or lacks the permission (${reason})`,
      );
    }
    return this.#error(code, reason);
  }

  #error(code: InputErrorCode, reason: string, cause?: unknown): InputError {
    const { name } = this.target;
    return new InputError(code, `${name}: ${reason}`, { source: name }, cause);
  }
}

function firstLine(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.replace(/, e\.what\(\) = .*$/, "").slice(0, MAX_REASON_LENGTH);
}

/** The reason of a failed `fetch` is in the cause of its error; with several addresses, in the first one's error. */
function reasonOfFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === "TimeoutError") return "it does not answer";
  const inner = cause.cause instanceof AggregateError ? cause.cause.errors[0] : cause.cause;
  const code = systemErrorCode(inner);
  return (code && REASONS[code]) ?? (inner instanceof Error ? inner.message : cause.message);
}
