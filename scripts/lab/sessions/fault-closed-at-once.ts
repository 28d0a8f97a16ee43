import { APPLE_HOSTS, type AppleHost } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { type AddressFamily, fetchFrom, lookUp } from "../apple/clients.ts";
import { openTlsByPython, pythonCommand } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { Lab, LabSession } from "../lab.ts";

const { courier, icloudGateway, identity, softwareUpdate, store, other } = APPLE_HOSTS;
const INTERCEPTED =
  "a proxy that intercepts TLS shows a certificate of an authority that the client does not trust";

export const session: LabSession = {
  name: "fault-closed-at-once",
  about:
    "TLS that ends at once: certificates refused by the client in TLS 1.3 and 1.2, servers that reset, close or alert",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "python3"],
  rows: [],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [
      courier,
      icloudGateway,
      identity,
      softwareUpdate,
      store,
      other,
    ]);
    await startWebServer(lab, [{ host: icloudGateway }, { host: identity }, { host: other }], certificates);
    const alpn = ["h2", "http/1.1"];
    // curl trusts the machine's authorities, not the lab's: it rejects the certificate.
    for (const [host, family, options] of [
      [icloudGateway, "ipv4", []],
      [identity, "ipv6", ["--tls-max", "1.2"]],
    ] as const) {
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "https", { family, options, fails: true });
      lab.expects(tlsAttempt(host, family, { alpn, verdict: "closed-at-once", because: INTERCEPTED }));
    }
    await lookUp(lab, other.name, "ipv6");
    const leaving = ["--name", other.name, "--leave-after-hello"];
    await openTlsByPython(lab, { address: other.ipv6, port: 443 }, leaving, "failed: left as asked");
    const because = "the client closes when it has seen the certificate, without an alert";
    lab.expects(tlsAttempt(other, "ipv6", { verdict: "closed-at-once", because }));
    await endAbruptly(
      lab,
      softwareUpdate,
      "ipv4",
      "reset",
      "RST after the ClientHello: a filter that reads names",
    );
    await endAbruptly(
      lab,
      store,
      "ipv6",
      "alert",
      "the server answers the ClientHello with the alert handshake_failure",
    );
    await endAbruptly(lab, courier, "ipv4", "close", "the server answers the ClientHello with FIN");
    await lookUp(lab, other.name);
    await fetchFrom(lab, other, "https", { authority: certificates.authority });
    lab.expects(tlsAttempt(other, "ipv4", { alpn }));
  },
};

async function endAbruptly(
  lab: Lab,
  host: AppleHost,
  family: AddressFamily,
  end: "reset" | "alert" | "close",
  because: string,
): Promise<void> {
  const address = host[family];
  const service = await lab.server.start(
    pythonCommand("abrupt-service", "--listen", address, 443, "--end", end),
  );
  await service.waitFor("listening");
  lab.serves(lab.server, { transport: "tcp", port: 443, program: "python3", address });
  await lookUp(lab, host.name, family);
  await fetchFrom(lab, host, "https", { family, fails: true });
  lab.expects(tlsAttempt(host, family, { alpn: ["h2", "http/1.1"], verdict: "closed-at-once", because }));
}
