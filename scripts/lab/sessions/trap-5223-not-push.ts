import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import {
  exchangeEcho,
  openTlsByPython,
  startEchoService,
  startTlsService,
} from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { other } = APPLE_HOSTS;

export const session: LabSession = {
  name: "trap-5223-not-push",
  about:
    "5223 that is not push: TLS to a name that is not Apple's, TLS without a name, a plain service, and 2195 and 5900",
  packages: ["bind9", "bind9-dnsutils", "openssl", "python3"],
  rows: ["5223/tcp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [other]);
    await startTlsService(lab, [{ address: other.ipv4, port: 5223 }], certificates);
    const plain = [
      { transport: "tcp", address: other.ipv6, port: 5223 },
      { transport: "tcp", address: other.ipv4, port: 2195 },
      { transport: "tcp", address: other.ipv6, port: 5900 },
    ] as const;
    await startEchoService(lab, plain);
    await lookUp(lab, other.name);
    await openTlsByOpenssl(lab, other, 5223, certificates);
    lab.expects(tlsAttempt(other, "ipv4", { port: 5223 }));
    await openTlsByPython(lab, { address: other.ipv4, port: 5223 });
    lab.expects({ transport: "tcp", address: other.ipv4, port: 5223, verdict: "works" });
    for (const { transport, address, port } of plain) {
      await exchangeEcho(lab, { transport, address, port });
      lab.expects({ transport, address, port, verdict: "works" });
    }
  },
};
