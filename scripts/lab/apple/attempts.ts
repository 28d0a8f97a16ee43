/** Expectations of attempts to reach Apple's hosts; see `ExpectedAttempt`. */
import type { ExpectedAttempt } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { AddressFamily } from "./clients.ts";

type Changes = Partial<ExpectedAttempt>;

/** An attempt over TLS whose name was looked up before; it works unless `changes` say otherwise. */
export function tlsAttempt(host: AppleHost, family: AddressFamily, changes: Changes = {}): ExpectedAttempt {
  return attempt(host, family, { transport: "tcp", port: 443, sentIn: "sni", ...changes });
}

/** An attempt over QUIC. */
export function quicAttempt(host: AppleHost, family: AddressFamily, changes: Changes = {}): ExpectedAttempt {
  return attempt(host, family, { transport: "udp", port: 443, sentIn: "quic-sni", alpn: ["h3"], ...changes });
}

/** An attempt over plain HTTP. */
export function httpAttempt(host: AppleHost, family: AddressFamily, changes: Changes = {}): ExpectedAttempt {
  return attempt(host, family, { transport: "tcp", port: 80, sentIn: "host", ...changes });
}

/** A TLS attempt that failed before the client could send a name. */
export function unansweredTlsAttempt(
  host: AppleHost,
  family: AddressFamily,
  changes: Changes,
): ExpectedAttempt {
  return {
    transport: "tcp",
    port: 443,
    address: host[family],
    lookedUp: [host.name],
    verdict: "unanswered",
    ...changes,
  };
}

/** The attempt as seen in a capture without the originator's names and protocols. */
export function withoutNames({ serverName, sentIn, alpn, ...attempt }: ExpectedAttempt): ExpectedAttempt {
  return attempt;
}

/** A queried name that was refused. */
export function blockedName(name: string, because: string): ExpectedAttempt {
  return { verdict: "name-blocked", lookedUp: [name], because };
}

function attempt(host: AppleHost, family: AddressFamily, changes: Changes): ExpectedAttempt {
  return {
    address: host[family],
    serverName: host.name,
    lookedUp: [host.name],
    verdict: "works",
    ...changes,
  };
}
