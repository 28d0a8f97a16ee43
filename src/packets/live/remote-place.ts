/** Parses remote locations to capture on, as named by the user. */
import { InputError } from "../../errors.ts";

/** A machine as named for ssh, and one of its interfaces, or null for tcpdump's default. */
export interface SshPlace {
  readonly host: string;
  readonly interfaceName: string | null;
}

/** Address of a capture server. */
export interface TcpPlace {
  readonly host: string;
  readonly port: number;
}

const TCP = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})\/?$/;
const SSH = /^(?!-)((?:[^@:/\s]+@)?(?:\[[^\]\s]+\]|[^@:/[\]\s]+))(?::([^\s]+))?$/;
const MOST_PORT = 65_535;

/** Parses a location. Throws `InputError` if it is invalid. */
export function parsePlace(
  place: string,
): { readonly tcp: TcpPlace; readonly ssh: null } | { readonly tcp: null; readonly ssh: SshPlace } {
  const [, bracketed, plain, digits] = TCP.exec(place) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port > 0 && port <= MOST_PORT) {
    return { tcp: { host: bracketed ?? plain, port }, ssh: null };
  }
  const [, host, interfaceName] = SSH.exec(place) ?? [];
  if (host === undefined || place.includes("://")) {
    throw new InputError(
      "bad_argument",
      `"${place}" is not a capture source: it is "user@host", "user@host:interface" or "tcp://host:port"`,
    );
  }
  return { tcp: null, ssh: { host: host.replace(/[[\]]/g, ""), interfaceName: interfaceName ?? null } };
}
