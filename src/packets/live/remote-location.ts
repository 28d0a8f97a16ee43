/** Parses remote locations to capture on, as named by the user. */
import { InputError } from "../../errors.ts";

/** A machine as named for ssh, and one of its interfaces, or null for tcpdump's default. */
export interface SshLocation {
  readonly host: string;
  readonly interfaceName: string | null;
}

/** Address of a capture server. */
export interface TcpLocation {
  readonly host: string;
  readonly port: number;
}

const TCP = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})\/?$/;
const SSH = /^(?!-)((?:[^@:/\s]+@)?(?:\[[^\]\s]+\]|[^@:/[\]\s]+))(?::([^\s]+))?$/;
const MAX_PORT = 65_535;

/** Parses a location. Throws `InputError` if it is invalid. */
export function parseLocation(
  text: string,
): { readonly tcp: TcpLocation; readonly ssh: null } | { readonly tcp: null; readonly ssh: SshLocation } {
  const [, bracketed, plain, digits] = TCP.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port > 0 && port <= MAX_PORT) {
    return { tcp: { host: bracketed ?? plain, port }, ssh: null };
  }
  const [, host, interfaceName] = SSH.exec(text) ?? [];
  if (host === undefined || text.includes("://")) {
    throw new InputError(
      "bad_argument",
      `"${text}" is not a capture source: it is "user@host", "user@host:interface" or "tcp://host:port"`,
    );
  }
  return { tcp: null, ssh: { host: host.replace(/[[\]]/g, ""), interfaceName: interfaceName ?? null } };
}
