/** Clients on the lab's client host: DNS queries, fetches and TLS connections, by programs with different TLS libraries. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";

export type AddressFamily = "ipv4" | "ipv6";

/** Exit statuses of curl for faults: could not connect, timed out, TLS failed, empty reply, reset, not trusted. */
const CURL_FAULT_STATUSES = [7, 28, 35, 52, 56, 60] as const;

/**
 * Queries a name as Apple's systems do: addresses of both families and the HTTPS record. Returns dig's output; throws unless
 * every answer has the status (`none` if no answer is expected).
 */
export async function lookUp(
  lab: Lab,
  name: string,
  family: AddressFamily = "ipv4",
  types: readonly string[] = ["A", "AAAA", "HTTPS"],
  status: "NOERROR" | "NXDOMAIN" | "REFUSED" | "none" = "NOERROR",
): Promise<string> {
  const questions = types.flatMap((type) => [name, type]);
  const command = ["dig", `@${lab.server[family]}`, "+nocookie", "+tries=2", "+time=1", ...questions];
  const printed = await lab.client.exec(command, { allowedStatuses: status === "none" ? [9] : [] });
  const statuses = [...printed.matchAll(/status: (\w+)/g)].map(([, one]) => one);
  const expected = status === "none" ? [] : types.map(() => status);
  if (statuses.join() !== expected.join()) {
    throw new Error(`the name server was to answer ${status} for ${name}: ${printed}`);
  }
  return printed;
}

export interface FetchOptions {
  readonly family?: AddressFamily;
  readonly path?: string;
  readonly port?: number;
  readonly agent?: string;
  readonly authority?: string;
  readonly limitSeconds?: number;
  /** The fetch is meant to fail: success is an error then. */
  readonly fails?: boolean;
  /** Additional curl options. */
  readonly options?: readonly string[];
}

/**
 * Fetches from a host by curl (OpenSSL), at the host's address without a DNS query. Throws for any other than the intended
 * outcome.
 */
export async function fetchFrom(
  lab: Lab,
  host: AppleHost,
  scheme: "http" | "https",
  options: FetchOptions = {},
): Promise<void> {
  const { family = "ipv4", port = scheme === "http" ? 80 : 443, limitSeconds = 8 } = options;
  const address = family === "ipv6" ? `[${host.ipv6}]` : host.ipv4;
  const page = await lab.client.exec(
    [
      ...["curl", "-sS", "--max-time", String(limitSeconds), "--resolve", `${host.name}:${port}:${address}`],
      ...(options.authority === undefined ? [] : ["--cacert", options.authority]),
      ...(options.agent === undefined ? [] : ["-A", options.agent]),
      ...(options.options ?? []),
      `${scheme}://${host.name}:${port}${options.path ?? "/"}`,
    ],
    { allowedStatuses: options.fails ? CURL_FAULT_STATUSES : [], timeoutMs: (limitSeconds + 5) * 1000 },
  );
  if (page.includes("Success") === (options.fails === true)) {
    throw new Error(
      `${host.name}:${port} was ${options.fails ? "not " : ""}to answer, and curl had: ${page}`,
    );
  }
}

export interface OpensslOptions {
  readonly family?: AddressFamily;
  readonly alpn?: string;
  readonly startTls?: "smtp";
  /** Through an HTTP proxy, `ADDRESS:PORT`, which receives the host's name. */
  readonly proxy?: string;
}

/** Opens TLS by `openssl s_client`, sends a line and closes after a moment. Throws unless the certificate was accepted. */
export async function openTlsByOpenssl(
  lab: Lab,
  host: AppleHost,
  port: number,
  certificates: LabCertificates,
  options: OpensslOptions = {},
): Promise<void> {
  const address = options.family === "ipv6" ? `[${host.ipv6}]` : host.ipv4;
  const target = options.proxy === undefined ? address : host.name;
  const client = [
    `openssl s_client -connect ${target}:${port} -servername ${host.name} -CAfile ${certificates.authority}`,
    options.proxy === undefined ? "" : `-proxy ${options.proxy}`,
    options.alpn === undefined ? "" : `-alpn ${options.alpn}`,
    options.startTls === undefined ? "" : `-starttls ${options.startTls}`,
  ].join(" ");
  const printed = await lab.client.exec(["sh", "-c", `(sleep 0.2; echo hello; sleep 0.3) | ${client}`], {
    allowedStatuses: [1],
  });
  if (!printed.includes("Verification: OK")) {
    throw new Error(`openssl did not agree with ${host.name}: ${printed}`);
  }
}

/** Requests a page over TLS by `gnutls-cli`, with GnuTLS's ClientHello. Throws if it fails. */
export async function fetchByGnutls(
  lab: Lab,
  host: AppleHost,
  certificates: LabCertificates,
  family: AddressFamily = "ipv4",
): Promise<void> {
  const request = `GET / HTTP/1.1\\r\\nHost: ${host.name}\\r\\nConnection: close\\r\\n\\r\\n`;
  const trust = `--x509cafile=${certificates.authority} --verify-hostname=${host.name}`;
  const client = `gnutls-cli --sni-hostname=${host.name} ${trust} --alpn=http/1.1 -p 443 ${host[family]}`;
  const printed = await lab.client.exec([
    "sh",
    "-c",
    `(sleep 0.3; printf '${request}'; sleep 0.3) | ${client}`,
  ]);
  if (!printed.includes("Success")) throw new Error(`gnutls-cli had no page of ${host.name}: ${printed}`);
}
