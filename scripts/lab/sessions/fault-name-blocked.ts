import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { blockedName, tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import type { NameBlock } from "../apple/name-server.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { privateRelay, privateRelayTcp, icloudGateway, softwareUpdate, courier, store } = APPLE_HOSTS;

const BLOCKED: Readonly<Record<string, NameBlock>> = {
  [privateRelay.name]: "nxdomain",
  [privateRelayTcp.name]: "nodata",
  [softwareUpdate.name]: "sink-hole",
  [courier.name]: "refused",
};
const STATUS = {
  nxdomain: "NXDOMAIN",
  nodata: "NOERROR",
  "sink-hole": "NOERROR",
  refused: "REFUSED",
} as const;
const BECAUSE: Readonly<Record<NameBlock, string>> = {
  nxdomain: "the name server's policy answers NXDOMAIN",
  nodata: "the name server's policy answers without any record",
  "sink-hole": "the name server's policy answers 0.0.0.0 and ::",
  refused: "the name server answers REFUSED",
};

export const session: LabSession = {
  name: "fault-name-blocked",
  about:
    "Apple's names blocked by BIND's response policy: NXDOMAIN, no data, a sink-hole, REFUSED; other names work",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl"],
  rows: [],
  format: "pcap",
  async run(lab) {
    const served = [icloudGateway, store];
    const hosts = [privateRelay, privateRelayTcp, softwareUpdate, courier, ...served];
    const certificates = await startAppleNetwork(lab, hosts, BLOCKED);
    await startWebServer(
      lab,
      served.map((host) => ({ host })),
      certificates,
    );
    for (const [name, block] of Object.entries(BLOCKED)) {
      const status = STATUS[block];
      await lookUp(lab, name, "ipv4", ["A", "AAAA", "HTTPS"], status);
      const printed = await lookUp(lab, name, "ipv6", ["A", "AAAA"], status);
      if (/\sIN\s+A\s+0\.0\.0\.0/.test(printed) !== (block === "sink-hole")) {
        throw new Error(`${name} was to be blocked by ${block}: ${printed}`);
      }
      lab.expects(blockedName(name, BECAUSE[block]));
    }
    for (const [host, family] of [
      [icloudGateway, "ipv4"],
      [store, "ipv6"],
    ] as const) {
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "https", { family, authority: certificates.authority });
      lab.expects(tlsAttempt(host, family, { alpn: ["h2", "http/1.1"] }));
    }
  },
};
