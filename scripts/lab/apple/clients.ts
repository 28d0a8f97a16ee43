/** Clients on the lab's client host: look names up, fetch, open TLS - by programs of different TLS libraries. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";

export type AddressFamily = "ipv4" | "ipv6";

/** Statuses of curl that faults give: could not connect, timed out, TLS failed, nothing came, reset, not trusted. */
const CURL_FAULT_STATUSES = [7, 28, 35, 52, 56, 60] as const;

/** Asks the name server for a name as Apple's systems do: addresses of both families and the HTTPS record. */
export async function lookUp(
  lab: Lab,
  name: string,
  family: AddressFamily = "ipv4",
  types: readonly string[] = ["A", "AAAA", "HTTPS"],
  options: { readonly mayFail?: boolean } = {},
): Promise<void> {
  const questions = types.flatMap((type) => [name, type]);
  const answers = await lab.client.exec(
    ["dig", `@${lab.server[family]}`, "+nocookie", "+tries=2", "+time=1", ...questions],
    {
      allowedStatuses: options.mayFail === true ? [9] : [],
    },
  );
  if (answers.includes("SERVFAIL")) {
    throw new Error(`the name server has no zone to answer for ${name}: ${answers}`);
  }
}

export interface FetchOptions {
  readonly family?: AddressFamily;
  readonly path?: string;
  readonly port?: number;
  readonly agent?: string;
  readonly authority?: string;
  readonly limitSeconds?: number;
  /** More of curl's own options. */
  readonly options?: readonly string[];
}

/** Fetches from a host by curl (OpenSSL), at the host's address without asking for its name. Faults do not throw. */
export async function fetchFrom(
  lab: Lab,
  host: AppleHost,
  scheme: "http" | "https",
  options: FetchOptions = {},
): Promise<string> {
  const { family = "ipv4", port = scheme === "http" ? 80 : 443, limitSeconds = 8 } = options;
  const address = family === "ipv6" ? `[${host.ipv6}]` : host.ipv4;
  return lab.client.exec(
    [
      ...["curl", "-sS", "--max-time", String(limitSeconds), "--resolve", `${host.name}:${port}:${address}`],
      ...(options.authority === undefined ? [] : ["--cacert", options.authority]),
      ...(options.agent === undefined ? [] : ["-A", options.agent]),
      ...(options.options ?? []),
      `${scheme}://${host.name}:${port}${options.path ?? "/"}`,
    ],
    { allowedStatuses: CURL_FAULT_STATUSES, timeoutMs: (limitSeconds + 5) * 1000 },
  );
}

/** Opens TLS by `openssl s_client`, sends a line and leaves after a moment. */
export async function openTlsByOpenssl(
  lab: Lab,
  host: AppleHost,
  port: number,
  certificates: LabCertificates,
  options: { readonly family?: AddressFamily; readonly alpn?: string; readonly startTls?: "smtp" } = {},
): Promise<string> {
  const address = options.family === "ipv6" ? `[${host.ipv6}]` : host.ipv4;
  const alpn = options.alpn === undefined ? "" : `-alpn ${options.alpn}`;
  const startTls = options.startTls === undefined ? "" : `-starttls ${options.startTls}`;
  const target = `-connect ${address}:${port} -servername ${host.name} ${alpn} ${startTls}`;
  const client = `openssl s_client ${target} -CAfile ${certificates.authority}`;
  return lab.client.exec(["sh", "-c", `(sleep 0.2; echo hello; sleep 0.3) | ${client}`], {
    allowedStatuses: [1],
  });
}

/** Asks for a page over TLS by `gnutls-cli`, whose ClientHello is GnuTLS's own. */
export async function fetchByGnutls(
  lab: Lab,
  host: AppleHost,
  certificates: LabCertificates,
  family: AddressFamily = "ipv4",
): Promise<string> {
  const request = `GET / HTTP/1.1\\r\\nHost: ${host.name}\\r\\nConnection: close\\r\\n\\r\\n`;
  const trust = `--x509cafile=${certificates.authority} --verify-hostname=${host.name}`;
  const client = `gnutls-cli --sni-hostname=${host.name} ${trust} --alpn=http/1.1 -p 443 ${host[family]}`;
  return lab.client.exec(["sh", "-c", `(sleep 0.3; printf '${request}'; sleep 0.3) | ${client}`]);
}
