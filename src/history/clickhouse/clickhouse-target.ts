/**
 * Location of a ClickHouse server: `clickhouse://[user[:password]@]host[:port]/database` for HTTP; `clickhouses://` for
 * HTTPS.
 */
import { InputError } from "../../errors.ts";

export interface ClickHouseTarget {
  /** Name for messages: without the user and the password. */
  readonly name: string;
  /** `http://host:port/`, or https. */
  readonly endpoint: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Whether traffic can be read in transit: a password sent to another host without TLS. */
  readonly isOpen: boolean;
}

const SCHEME = /^clickhouses?:\/\//i;
const PORTS: Readonly<Record<string, string>> = { "clickhouse:": "8123", "clickhouses:": "8443" };
const DATABASE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const NEEDED = "clickhouse://[user@]host[:port]/database, or clickhouses:// for TLS";
const DEFAULT_USER = "default";

/** Whether a text is meant as such a URL, rather than as a folder. */
export function isClickHouseUrl(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Parses a URL. `password`: used if the URL has none.
 *
 * @throws InputError `bad_argument`; the message never contains the password or the user
 */
export function parseClickHouseUrl(text: string, password = ""): ClickHouseTarget {
  if (!isClickHouseUrl(text)) throw badUrl("it needs", "this is another kind of address");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw badUrl("it needs", "this is an invalid URL");
  }
  const { protocol, hostname, search, hash } = url;
  if (hostname === "") throw badUrl("it needs", "this has no host");
  if (search !== "" || hash !== "") throw badUrl("it needs", "remove what follows the database");
  const database = decoded(url.pathname.slice(1).replace(/\/$/, ""));
  if (!DATABASE.test(database)) {
    throw badUrl(
      "the database needs a name of up to 64 letters, digits and underscores in",
      `this has "${database}"`,
    );
  }
  const port = url.port === "" ? PORTS[protocol] : url.port;
  const given = decoded(url.password);
  const isSecure = protocol === "clickhouses:";
  const secret = given === "" ? password : given;
  return {
    name: `${protocol}//${hostname}:${port}/${database}`,
    endpoint: `${isSecure ? "https" : "http"}://${hostname}:${port}/`,
    database,
    user: decoded(url.username) || DEFAULT_USER,
    password: secret,
    isOpen: secret !== "" && !isSecure && !LOOPBACK.test(hostname),
  };
}

function badUrl(what: string, problem: string): InputError {
  return new InputError("bad_argument", `the address of ClickHouse: ${what} ${NEEDED}; ${problem}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl("it needs", "this has a % that is not part of an escape");
  }
}
