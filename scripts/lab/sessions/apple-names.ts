import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { fetchByGnutls, fetchFrom, lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { softwareUpdate, captivePortal, icloudGateway, store, other } = APPLE_HOSTS;
const HOSTS = [softwareUpdate, captivePortal, icloudGateway, store, other];
const CURL_ALPN = ["h2", "http/1.1"];

export const session: LabSession = {
  name: "apple-names",
  about:
    "HTTPS to Apple's names and one other, by OpenSSL and GnuTLS; two names at one address; a store at a foreign CDN",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "openssl", "gnutls-bin"],
  rows: ["53/udp", "443/tcp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, HOSTS);
    await startWebServer(
      lab,
      HOSTS.map((host) => ({ host })),
      certificates,
    );
    const { authority } = certificates;
    for (const host of [softwareUpdate, captivePortal, store, other]) {
      await lookUp(lab, host.name);
      await fetchFrom(lab, host, "https", { authority });
      lab.expects(tlsAttempt(host, "ipv4", { alpn: CURL_ALPN }));
    }
    await lookUp(lab, icloudGateway.name, "ipv6");
    await fetchFrom(lab, icloudGateway, "https", {
      authority,
      family: "ipv6",
      options: ["--tls-max", "1.2"],
    });
    lab.expects(tlsAttempt(icloudGateway, "ipv6", { alpn: CURL_ALPN }));
    await lookUp(lab, store.name, "ipv6");
    await fetchByGnutls(lab, store, certificates, "ipv6");
    lab.expects(tlsAttempt(store, "ipv6", { alpn: ["http/1.1"] }));
    await lookUp(lab, other.name, "ipv6");
    await openTlsByOpenssl(lab, other, 443, certificates, { family: "ipv6" });
    lab.expects(tlsAttempt(other, "ipv6"));
  },
};
