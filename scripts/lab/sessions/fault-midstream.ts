import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { pythonCommand, startTlsService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { courier, mediaRelay } = APPLE_HOSTS;
const ALPN = "apns-security-v3";
const STREAMS = [
  { address: courier.ipv4, port: 5223 },
  { address: courier.ipv6, port: 5223 },
  { address: mediaRelay.ipv4, port: 443 },
] as const;

export const session: LabSession = {
  name: "fault-midstream",
  about:
    "A capture that begins in the middle of three TLS connections: no handshake, no name; one of them ends in it",
  packages: ["bind9", "openssl", "python3"],
  rows: ["5223/tcp", "443/tcp"],
  format: "pcap",
  recordsLater: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, mediaRelay]);
    await startTlsService(lab, STREAMS, certificates, ["--alpn", ALPN]);
    const clients = await Promise.all(
      STREAMS.map(({ address, port }, index) => {
        const target = ["--connect", address, port, "--name", courier.name, "--alpn", ALPN];
        return lab.client.start(
          pythonCommand("tls-client", ...target, "--rounds", index === 0 ? 14 : 40, "--round-ms", 100),
        );
      }),
    );
    await lab.pause(1000);
    await lab.recording.start();
    await clients[0].waitFor("works");
    await lab.pause(500);
    await lab.recording.stop();
    await Promise.all(clients.map((client) => client.waitFor("works")));
    for (const { address, port } of STREAMS) {
      lab.expects({ transport: "tcp", address, port, verdict: "works" });
    }
  },
};
