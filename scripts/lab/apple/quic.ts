/** QUIC by ngtcp2's programs with GnuTLS: its server on 443/udp of a host, its client with a selectable version. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";
import type { AddressFamily } from "./clients.ts";

/** RFC 9000. */
export const QUIC_V1 = "v1";
/** The drafts' version 2, 0x709a50c4: Debian's ngtcp2 is older than RFC 9369, whose number is 0x6b3343cf. */
export const QUIC_V2_DRAFT = "v2draft";

const QUIC_PORT = 443;
const PAGE = "index.html";

export interface QuicServiceOptions {
  /** The server answers the first packet with a Retry. */
  readonly validatesAddress?: boolean;
  /** The server continues in the drafts' version 2 if the client offers it (RFC 9368: compatible negotiation). */
  readonly prefersVersion2?: boolean;
}

export interface QuicFetchOptions {
  /** The fetch is meant to fail, after five seconds or by the server's answer: success is an error then. */
  readonly fails?: boolean;
  /** Additional ngtcp2 options. */
  readonly options?: readonly string[];
}

/** Starts an HTTP/3 server on one address of a host. */
export async function startQuicService(
  lab: Lab,
  host: AppleHost,
  family: AddressFamily,
  certificates: LabCertificates,
  options: QuicServiceOptions = {},
): Promise<void> {
  await lab.write(`pages/${PAGE}`, "<link rel=icon href=data:,><p>Success\n");
  const validation = options.validatesAddress === true ? ["--validate-addr"] : [];
  const version =
    options.prefersVersion2 === true ? [`--preferred-versions=${QUIC_V2_DRAFT},${QUIC_V1}`] : [];
  const paths = [certificates.key, certificates.certificate];
  const address = host[family];
  await lab.server.start([
    "gtlsserver",
    "-q",
    ...validation,
    ...version,
    "-d",
    `${lab.folder}/pages`,
    address,
    String(QUIC_PORT),
    ...paths,
  ]);
  await lab.server.waitForPort("udp", QUIC_PORT);
  lab.serves(lab.server, { transport: "udp", port: QUIC_PORT, program: "gtlsserver", address });
}

/**
 * Fetches a page from a host over HTTP/3; the client's hosts file provides the address, because the client sends the name
 * that it connects to.
 */
export async function fetchByQuic(
  lab: Lab,
  host: AppleHost,
  family: AddressFamily,
  version: string,
  options: QuicFetchOptions = {},
): Promise<void> {
  await lab.client.exec(["tee", "/etc/hosts"], { input: `${host[family]} ${host.name}\n` });
  // Its exit status is always 0; the stored page shows success.
  const pages = `${lab.folder}/fetched`;
  await lab.client.exec(["sh", "-c", `rm -rf ${pages} && mkdir ${pages}`]);
  const settings = [
    "-q",
    "--exit-on-all-streams-close",
    "--timeout=5s",
    "--version",
    version,
    `--download=${pages}`,
  ];
  const target = [host.name, String(QUIC_PORT), `https://${host.name}/${PAGE}`];
  await lab.client.exec(["gtlsclient", ...settings, ...(options.options ?? []), ...target], {
    allowedStatuses: [1],
  });
  const page = await lab.client.exec(["sh", "-c", `cat ${pages}/* 2>/dev/null || true`]);
  if (page.includes("Success") === (options.fails === true)) {
    throw new Error(`${host.name} was ${options.fails ? "not " : ""}to answer over QUIC`);
  }
}
