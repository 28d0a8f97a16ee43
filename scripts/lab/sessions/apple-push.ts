import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { httpAttempt, tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, pushBag } = APPLE_HOSTS;
const ALPN = "apns-security-v3";

export const session: LabSession = {
  name: "apple-push",
  about:
    "Push notifications: the bag over HTTP, then TLS to the courier on 5223 with Apple's ALPN, IPv4 and IPv6",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "openssl", "python3"],
  rows: ["53/udp", "80/tcp", "5223/tcp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, pushBag]);
    await startWebServer(lab, [{ host: pushBag, ports: [80] }], certificates);
    const couriers = [courier.ipv4, courier.ipv6].map((address) => ({ address, port: 5223 }));
    await startTlsService(lab, couriers, certificates, ["--alpn", ALPN]);

    await lookUp(lab, pushBag.name);
    await fetchFrom(lab, pushBag, "http", {
      path: "/bag",
      agent: "apsd/1.0 CFNetwork/1498.700.2 Darwin/23.6.0",
    });
    lab.expects(httpAttempt(pushBag, "ipv4"));
    for (const family of ["ipv4", "ipv6"] as const) {
      await lookUp(lab, courier.name, family);
      await openTlsByOpenssl(lab, courier, 5223, certificates, { family, alpn: ALPN });
      lab.expects(tlsAttempt(courier, family, { port: 5223, alpn: [ALPN] }));
    }
  },
};
