/** nginx as web server for Apple's names: HTTP on 80 and HTTPS on 443, on the hosts' addresses. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";

/** The configuration of nginx. */
export interface WebService {
  readonly host: AppleHost;
  /** Default 443; port 80 speaks plain HTTP, all others TLS. */
  readonly ports?: readonly number[];
}

export interface WebServerOptions {
  /** The highest TLS version; 1.3 by default. */
  readonly tls?: "TLSv1.2";
}

const HTTP_PORT = 80;
/** The icon is inline, so that a browser does not sometimes request it on a second connection. */
const PAGE = "<link rel=icon href=data:,><p>Success";

/** Starts nginx on the hosts' addresses, declares its ports, and waits until it listens. */
export async function startWebServer(
  lab: Lab,
  services: readonly WebService[],
  certificates: LabCertificates,
  options: WebServerOptions = {},
): Promise<void> {
  const declared = new Set<string>();
  const blocks = services.flatMap(({ host, ports = [443] }) =>
    ports.flatMap((port) => {
      const secure = port !== HTTP_PORT;
      for (const address of [host.ipv4, host.ipv6]) {
        if (!declared.has(`${address} ${port}`)) {
          declared.add(`${address} ${port}`);
          lab.serves(lab.server, { transport: "tcp", port, program: "nginx", address });
        }
      }
      const listen = `listen ${host.ipv4}:${port}${secure ? " ssl http2" : ""}; listen [${host.ipv6}]:${port}${secure ? " ssl http2" : ""};`;
      return [`  server { ${listen} server_name ${host.name}; location / { return 200 "${PAGE}"; } }`];
    }),
  );
  const configuration = [
    `daemon off; master_process off; user root; pid ${lab.folder}/nginx.pid; error_log stderr notice;`,
    "events { worker_connections 64; }",
    "http {",
    `  access_log off; default_type text/html; keepalive_timeout 5s; server_tokens off;`,
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `  ${kind}_temp_path ${lab.folder}/nginx-${kind};`,
    ),
    `  ssl_certificate ${certificates.certificate}; ssl_certificate_key ${certificates.key};`,
    `  ssl_protocols TLSv1.2${options.tls === "TLSv1.2" ? "" : " TLSv1.3"};`,
    ...blocks,
    "}",
    "",
  ];
  const file = await lab.write("nginx.conf", configuration.join("\n"));
  await lab.server.start(["nginx", "-e", "stderr", "-c", file]);
  for (const { ports = [443] } of services) {
    for (const port of ports) {
      await lab.server.waitForPort("tcp", port);
    }
  }
}
