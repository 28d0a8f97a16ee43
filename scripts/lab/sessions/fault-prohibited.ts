import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { unansweredTlsAttempt } from "../apple/attempts.ts";
import { askStun, startStunService } from "../apple/calls.ts";
import { type AddressFamily, fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, identity, icloudGateway, softwareUpdate, store, privateRelayTcp, mediaRelay } = APPLE_HOSTS;
const WEB_HOSTS = [identity, icloudGateway, softwareUpdate, store, privateRelayTcp];

/** The router's ICMP errors by family, host and port, with nftables' names. */
const REJECTIONS = [
  { host: courier, port: 5223, ipv4: "admin-prohibited", ipv6: "admin-prohibited" },
  { host: identity, port: 443, ipv4: "port-unreachable", ipv6: "port-unreachable" },
  { host: icloudGateway, port: 443, ipv4: "host-prohibited", ipv6: "no-route" },
  { host: softwareUpdate, port: 443, ipv4: "net-prohibited", ipv6: "addr-unreachable" },
  { host: store, port: 443, ipv4: "net-unreachable", ipv6: "policy-fail" },
  { host: privateRelayTcp, port: 443, ipv4: "host-unreachable", ipv6: "reject-route" },
] as const;

const FAMILIES = [
  ["ipv4", "ip", "icmp"],
  ["ipv6", "ip6", "icmpv6"],
] as const satisfies readonly (readonly [AddressFamily, string, string])[];

export const session: LabSession = {
  name: "fault-prohibited",
  about:
    "A firewall rejects with ICMP: each code of nftables for TCP over IPv4 and IPv6, and UDP prohibited to STUN",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables", "coturn", "python3"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, ...WEB_HOSTS, mediaRelay]);
    await startWebServer(
      lab,
      WEB_HOSTS.map((host) => ({ host })),
      certificates,
    );
    const couriers = [courier.ipv4, courier.ipv6].map((address) => ({ address, port: 5223 }));
    await startTlsService(lab, couriers, certificates);
    await startStunService(lab, mediaRelay);
    const tcpRules = FAMILIES.flatMap(([family, ip, icmp]) =>
      REJECTIONS.map(
        (rejection) =>
          `${ip} daddr ${rejection.host[family]} tcp dport ${rejection.port} reject with ${icmp} type ${rejection[family]}`,
      ),
    );
    await loadFirewall(lab, [...tcpRules, "udp dport 3478 reject with icmpx type admin-prohibited"]);

    for (const [family, , icmp] of FAMILIES) {
      for (const rejection of REJECTIONS) {
        const { host, port } = rejection;
        await lookUp(lab, host.name, family, [family === "ipv6" ? "AAAA" : "A"]);
        await fetchFrom(lab, host, "https", { family, port, limitSeconds: 3, fails: true });
        const because = `the router rejects it with ${icmp} ${rejection[family]}`;
        lab.expects(unansweredTlsAttempt(host, family, { port, verdict: "prohibited", because }));
      }
      await askStun(lab, mediaRelay, family, { fails: true });
      const because = `the router rejects UDP to port 3478 with ${icmp} admin-prohibited`;
      lab.expects({
        transport: "udp",
        address: mediaRelay[family],
        port: 3478,
        verdict: "prohibited",
        because,
      });
    }
  },
};
