import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { httpAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { captivePortal, updatePayloads, store, other } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-http",
  about:
    "Plain HTTP with Apple's hosts and user agents: captive-portal check, update payload, and a host that is not Apple's",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl"],
  rows: ["53/udp", "80/tcp"],
  format: "pcap",
  async run(lab) {
    const hosts = [captivePortal, updatePayloads, store, other];
    const certificates = await startAppleNetwork(lab, hosts);
    await startWebServer(
      lab,
      hosts.map((host) => ({ host, ports: [80] })),
      certificates,
    );
    const requests = [
      [captivePortal, "ipv4", "/hotspot-detect.html", "CaptiveNetworkSupport-481.100.3 wispr"],
      [captivePortal, "ipv6", "/hotspot-detect.html", "CaptiveNetworkSupport-481.100.3 wispr"],
      [
        updatePayloads,
        "ipv4",
        "/content/downloads/01/23/payload.pkg",
        "softwareupdated/1 CFNetwork/1498.700.2 Darwin/23.6.0",
      ],
      [
        store,
        "ipv6",
        "/bag.xml?ix=5",
        "com.apple.appstored/1.0 iOS/17.6 model/iPhone15,4 hwp/t8120 CFNetwork/1498.700.2",
      ],
      [other, "ipv4", "/", "curl/7.88.1"],
    ] as const;
    for (const [host, family, path, agent] of requests) {
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "http", { family, path, agent });
      lab.expects(httpAttempt(host, family));
    }
  },
};
